package io.outrigger.control.webhook;

import io.outrigger.control.inject.InjectionSettings;
import io.outrigger.control.inject.PodInjector;
import io.outrigger.control.inject.PodProblem;
import io.outrigger.control.istio.InterceptionMode;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Answers for pods: with a patch, or with what is wrong. */
final class PodReviewer implements WebhookServer.Reviewer {
  private static final System.Logger LOG = System.getLogger("inject");

  private final Supplier<InjectionSettings> settings;
  private final Function<String, Map<String, String>> namespaces;
  private final BooleanSupplier nativeSidecars;
  private final Supplier<InterceptionMode> mode;

  /**
   * Begins.
   *
   * @param namespaces a namespace's labels
   * @param nativeSidecars whether every node knows init containers that go on running
   * @param mode the mesh's
   */
  PodReviewer(
      Supplier<InjectionSettings> settings,
      Function<String, Map<String, String>> namespaces,
      BooleanSupplier nativeSidecars,
      Supplier<InterceptionMode> mode) {
    this.settings = settings;
    this.namespaces = namespaces;
    this.nativeSidecars = nativeSidecars;
    this.mode = mode;
  }

  @Override
  public byte[] review(Review review) {
    PodInjector.Outcome outcome =
        PodInjector.inject(
            settings.get(),
            new PodInjector.Surroundings(
                review.namespace(),
                namespaces.apply(review.namespace()),
                "",
                nativeSidecars.getAsBoolean(),
                mode.get()),
            review.object());
    return switch (outcome) {
      case PodInjector.Injected done -> {
        LOG.log(System.Logger.Level.DEBUG, () -> name(review) + " has a sidecar");
        yield review.patched(
            PodInjector.patch(review.object(), done.pod()), texts(done.warnings()));
      }
      case PodInjector.Skipped skipped -> {
        LOG.log(
            System.Logger.Level.DEBUG,
            () -> name(review) + " gets no sidecar: " + skipped.reason());
        yield review.allowed(List.of());
      }
      case PodInjector.Refused refused -> {
        String problems =
            refused.problems().stream()
                .filter(PodProblem::error)
                .map(PodProblem::toString)
                .collect(Collectors.joining("; "));
        LOG.log(System.Logger.Level.INFO, () -> name(review) + " is refused: " + problems);
        yield review.refused(problems);
      }
    };
  }

  private static String name(Review review) {
    String name = review.object().at("/metadata/name").asText();
    return review.namespace()
        + "/"
        + (name.isEmpty() ? review.object().at("/metadata/generateName").asText() : name);
  }

  private static List<String> texts(List<PodProblem> problems) {
    return problems.stream().map(PodProblem::toString).toList();
  }
}
