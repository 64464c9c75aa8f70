package io.outrigger.cli.up;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a mesh of local processes from one file. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the processes of a mesh file on this machine, each beside its sidecar, with mutual TLS",
      "between them, and the Istio resources that the file names. Needs no root. Ctrl-C ends it all."
    })
public final class UpCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "the mesh file, such as examples/up/mesh.yaml")
  private Path path = Path.of("mesh.yaml");

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      defaultValue = ".outrigger/up",
      description = "where keys and logs go (${DEFAULT-VALUE})")
  private Path run = Path.of("");

  @Option(names = "--check", description = "say what is wrong with the file, and start nothing")
  private boolean check;

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  @Override
  public Integer call() throws InterruptedException {
    UpFile.Read read = UpFile.read(path);
    read.problems().forEach(System.err::println);
    UpFile file = read.file();
    if (file == null) {
      return 2;
    }
    if (check) {
      out.println(path + ": " + file.services().size() + " services, nothing wrong");
      return 0;
    }
    Path home = Path.of(System.getenv().getOrDefault("OUTRIGGER_HOME", ".")).toAbsolutePath();
    try (Up up = new Up(file, home, run.toAbsolutePath(), out)) {
      Thread hook = Thread.ofPlatform().unstarted(up::close);
      Runtime.getRuntime().addShutdownHook(hook);
      return run(up);
    } catch (IOException e) {
      System.err.println("outrigger up: " + e.getMessage());
      return 1;
    }
  }

  private static int run(Up up) throws IOException, InterruptedException {
    @Nullable String problem = up.start();
    if (problem != null) {
      System.err.println("outrigger up: " + problem);
      return 1;
    }
    up.intro();
    return up.await();
  }
}
