package io.outrigger.cli;

import io.outrigger.control.validate.Validator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks files of resources as the control plane would. */
@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    description = {
      "Checks files of Kubernetes and Istio resources with the control plane's own checks.",
      "Exits 0 if all are good, 1 if there is an error; warnings don't count."
    })
final class ValidateCommand implements Callable<Integer> {
  @Option(
      names = {"-f", "--filename"},
      arity = "1..*",
      paramLabel = "FILE",
      description = "files, or folders of them")
  private final List<Path> files = new ArrayList<>();

  @Parameters(arity = "0..*", paramLabel = "FILE", description = "the same")
  private final List<Path> more = new ArrayList<>();

  @Override
  public Integer call() {
    List<Path> all = new ArrayList<>(files);
    all.addAll(more);
    if (all.isEmpty()) {
      System.err.println(
          "outrigger validate: name a file or folder: outrigger validate -f FILE...");
      return 2;
    }
    return Validator.validate(all, System.out::println) ? 0 : 1;
  }
}
