package io.outrigger.proxy.outlier;

import java.util.ArrayList;
import java.util.List;

/**
 * The hosts' success rates of one interval, for one origin of failures, and who falls short.
 *
 * @param <H> the hosts
 */
final class SuccessRates<H> {
  private final List<Rate<H>> rates = new ArrayList<>();

  /** A host with its requests of the interval. */
  record Rate<H>(H host, long requests, double percent) {}

  void add(H host, long requests, double percent) {
    rates.add(new Rate<>(host, requests, percent));
  }

  private List<Rate<H>> withVolume(int least) {
    List<Rate<H>> found = new ArrayList<>(rates.size());
    for (Rate<H> rate : rates) {
      if (rate.requests >= least) {
        found.add(rate);
      }
    }
    return found;
  }

  /** What is usual among the hosts: -1 and -1 where they are too few. */
  record Usual(double average, double threshold) {
    static final Usual UNKNOWN = new Usual(-1, -1);
  }

  /** The average, and so many thousandths of the standard deviation below it. */
  Usual usual(int volume, int minimumHosts, int factor) {
    List<Rate<H>> counted = withVolume(volume);
    if (counted.isEmpty() || counted.size() < minimumHosts) {
      return Usual.UNKNOWN;
    }
    double sum = 0;
    for (Rate<H> rate : counted) {
      sum += rate.percent;
    }
    double mean = sum / counted.size();
    double variance = 0;
    for (Rate<H> rate : counted) {
      variance += (rate.percent - mean) * (rate.percent - mean);
    }
    variance /= counted.size();
    return new Usual(mean, mean - Math.sqrt(variance) * factor / 1000);
  }

  List<Rate<H>> below(double threshold, int volume) {
    List<Rate<H>> found = withVolume(volume);
    found.removeIf(rate -> rate.percent >= threshold);
    return found;
  }

  /** Those that fail so often; nobody where too few had enough requests. */
  List<Rate<H>> failing(int percent, int volume, int minimumHosts) {
    List<Rate<H>> found = withVolume(volume);
    if (found.size() < minimumHosts) {
      return List.of();
    }
    found.removeIf(rate -> 100 - rate.percent < percent);
    return found;
  }
}
