package io.outrigger.cli.install;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs helm with the chart that lies beside this command; its output is the command's. */
final class Helm {
  private final ReleaseOptions options;

  Helm(ReleaseOptions options) {
    this.options = options;
  }

  /**
   * Runs it with the values that were given.
   *
   * @param words such as {@code install}, and what follows the values
   * @return its exit status
   * @throws IOException if there is no helm or no chart; says where they are looked for
   */
  int withChart(String verb, List<String> words) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(verb, options.release(), chart().toString()));
    all.addAll(List.of("--set", "revision=" + options.revision));
    options.values.forEach(file -> all.addAll(List.of("--values", file.toString())));
    options.set.forEach(value -> all.addAll(List.of("--set", value)));
    all.addAll(words);
    return run(all);
  }

  int run(List<String> words) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(program()));
    all.addAll(words);
    all.addAll(List.of("--namespace", options.namespace));
    Path file = options.kubeconfig;
    if (file != null) {
      all.addAll(List.of("--kubeconfig", file.toString()));
    }
    return new ProcessBuilder(all).inheritIO().start().waitFor();
  }

  private static String program() throws IOException {
    String named = System.getenv("HELM");
    if (named != null && !named.isEmpty()) {
      return named;
    }
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path helm = Path.of(folder.isEmpty() ? "." : folder, "helm");
      if (Files.isExecutable(helm)) {
        return helm.toString();
      }
    }
    throw new IOException(
        "there is no helm 3 on the PATH, nor in $HELM; get it from https://helm.sh, or by"
            + " go install helm.sh/helm/v3/cmd/helm@v3.19.0");
  }

  private static Path chart() throws IOException {
    Path home = Path.of(System.getenv().getOrDefault("OUTRIGGER_HOME", "."));
    for (String folder : List.of("charts/outrigger", "dist/charts/outrigger")) {
      if (Files.isReadable(home.resolve(folder).resolve("Chart.yaml"))) {
        return home.resolve(folder);
      }
    }
    throw new IOException("there is no chart in " + home.resolve("charts/outrigger"));
  }
}
