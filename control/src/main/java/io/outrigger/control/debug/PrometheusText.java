package io.outrigger.control.debug;

/** Metrics of one value as lines of Prometheus' text form. */
public final class PrometheusText {
  private PrometheusText() {}

  public static void counter(StringBuilder out, String name, long value) {
    line(out, name, "counter", value);
  }

  public static void gauge(StringBuilder out, String name, long value) {
    line(out, name, "gauge", value);
  }

  private static void line(StringBuilder out, String name, String type, long value) {
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    out.append(name).append(' ').append(value).append('\n');
  }
}
