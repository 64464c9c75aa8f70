package io.outrigger.cli.authz;

import com.google.protobuf.Struct;
import io.outrigger.cli.explain.MeshFiles;
import io.outrigger.cli.explain.Sources;
import io.outrigger.cli.explain.Workload;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.world.World;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says whether a request would be let in, by which policy, and what failed. */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    description = {
      "Says whether an HTTP request to a workload would be ALLOWED or DENIED, or whether a PROVIDER decides;",
      "by which policy and rule, and which condition failed first. Signatures of tokens aren't checked.",
      "Exits with 0 if it is allowed, 1 if it is denied, 3 if a provider decides, 2 if nothing can be said."
    })
final class AuthzTestCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = {"-f", "--filename"},
      required = true,
      paramLabel = "FILE",
      description = "a file of resources, or a folder of them; may be repeated")
  private final List<Path> files = new ArrayList<>();

  @Option(
      names = "--to",
      required = true,
      paramLabel = "NAMESPACE/WORKLOAD",
      description = "the name of a Service, WorkloadEntry or Pod, whose labels it has")
  private String to = "";

  @Option(names = "--label", paramLabel = "KEY=VALUE", description = "one more of its labels")
  private final Map<String, String> labels = new LinkedHashMap<>();

  @Option(names = "--port", description = "the workload's port")
  private int port;

  @Option(
      names = "--from",
      paramLabel = "SPIFFE-ID",
      description = "the identity in the caller's certificate; without: it has none")
  private String from = "";

  @Option(names = "--from-ip", paramLabel = "ADDRESS", description = "the caller's address")
  private @Nullable String fromIp;

  @Option(names = "--to-ip", paramLabel = "ADDRESS", description = "the workload's address")
  private @Nullable String toIp;

  @Option(names = "--sni", paramLabel = "NAME", description = "the server name asked for in TLS")
  private String sni = "";

  @Option(names = "--method", defaultValue = "GET", description = "(${DEFAULT-VALUE})")
  private String method = "";

  @Option(names = "--path", defaultValue = "/", description = "(${DEFAULT-VALUE})")
  private String path = "";

  @Option(
      names = "--header",
      paramLabel = "NAME:VALUE",
      description = "may be repeated; the host is one")
  private final List<String> headers = new ArrayList<>();

  @Option(names = "--token", paramLabel = "FILE", description = "a JWT, or its payload as JSON")
  private @Nullable Path token;

  @Override
  public Integer call() {
    World world = MeshFiles.read(files, line().getErr());
    if (world == null) {
      return 2;
    }
    Workload workload = Workload.find(world, to, labels, line());
    if (workload.labels().isEmpty()) {
      TreeSet<String> names = new TreeSet<>();
      world.services().forEach(service -> names.add(service.namespace() + "/" + service.name()));
      throw new ParameterException(
          line(),
          "no Service, WorkloadEntry or Pod with labels is called "
              + to
              + "; give --label, or one of "
              + names);
    }
    AskedRequest request = request();
    try {
      Decision decision =
          new Evaluator(world, workload, System.currentTimeMillis() / 1000).decide(request);
      print(decision, request, line().getOut());
      return switch (decision.outcome()) {
        case ALLOWED -> 0;
        case DENIED -> 1;
        case PROVIDER -> 3;
      };
    } catch (IllegalArgumentException e) {
      throw new ParameterException(line(), Objects.requireNonNull(e.getMessage()), e);
    }
  }

  private AskedRequest request() {
    if (!from.isEmpty() && !from.startsWith("spiffe://")) {
      throw new ParameterException(
          line(), "--from " + from + " isn't spiffe://DOMAIN/ns/NAMESPACE/sa/ACCOUNT");
    }
    if (!path.startsWith("/")) {
      throw new ParameterException(line(), "--path " + path + " doesn't begin with /");
    }
    for (String address : new String[] {fromIp, toIp}) {
      if (address != null && !PolicyText.isAddress(address)) {
        throw new ParameterException(line(), address + " isn't an IP address");
      }
    }
    Map<String, List<String>> all = new HashMap<>();
    for (String header : headers) {
      int colon = header.indexOf(':', 1);
      if (colon < 0) {
        throw new ParameterException(line(), "--header " + header + " isn't NAME:VALUE");
      }
      all.computeIfAbsent(
              header.substring(0, colon).strip().toLowerCase(Locale.ROOT),
              name -> new ArrayList<>())
          .add(header.substring(colon + 1).strip());
    }
    return new AskedRequest(from, fromIp, toIp, port, sni, method, path, all, claims());
  }

  private @Nullable Struct claims() {
    if (token == null) {
      return null;
    }
    try {
      Struct claims = Claims.parse(Files.readString(token));
      if (claims == null) {
        throw new ParameterException(line(), token + " has neither a JWT nor a JSON object");
      }
      return claims;
    } catch (IOException e) {
      throw new ParameterException(line(), token + " can't be read: " + e.getMessage(), e);
    }
  }

  private static void print(Decision decision, AskedRequest request, PrintWriter out) {
    out.println(decision.outcome() + "  " + decision.reason());
    Resource policy = decision.policy();
    if (policy != null) {
      out.println("  policy    " + Sources.of(policy));
    }
    if (decision.rule() >= 0) {
      out.println("  rule      " + decision.rule());
    }
    if (decision.failed() != null) {
      out.println("  failed    " + decision.failed());
    }
    out.println("  identity  " + (request.principal().isEmpty() ? "none" : request.principal()));
    if (request.claims() != null) {
      out.println("  token     " + Claims.name(request.claims()));
    }
    decision.notes().forEach(note -> out.println("  note      " + note));
    out.flush();
  }

  private CommandLine line() {
    return Objects.requireNonNull(spec).commandLine();
  }
}
