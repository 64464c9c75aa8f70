package io.outrigger.control.istio;

import io.outrigger.control.istio.Gateway.CertificateFiles;
import io.outrigger.control.istio.Gateway.Server;
import io.outrigger.control.istio.Gateway.ServerTls;
import io.outrigger.control.resource.Fields;
import io.outrigger.control.resource.Protocol;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a Gateway. */
public final class GatewayReader {
  private static final String PROTOCOLS = "HTTP, HTTPS, HTTP2, GRPC, GRPC-WEB, MONGO, TCP or TLS";
  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");

  private GatewayReader() {}

  public static Gateway read(Fields fields) {
    Map<String, String> selector = fields.stringMap("selector");
    List<Server> servers = fields.objects("servers", GatewayReader::server);
    if (servers.isEmpty() && !fields.has("servers")) {
      fields.error("servers", "must have at least one server");
    }
    Set<String> names = new HashSet<>();
    for (Server server : servers) {
      if (!server.portName().isEmpty() && !names.add(server.portName())) {
        fields.error(
            "servers", "two ports are named \"" + server.portName() + "\"; names must differ");
      }
    }
    return new Gateway(selector, servers);
  }

  private static Server server(Fields fields) {
    fields.given("port", "must be given");
    Port read = fields.object("port", GatewayReader::port);
    Port port = read == null ? Port.NONE : read;
    fields.ignored("defaultEndpoint", "has no effect on a gateway");
    String bind = fields.string("bind");
    if (bind != null && !HostCheck.isAddress(bind)) {
      fields.error("bind", "\"" + bind + "\" isn't an IP address");
    }
    List<String> hosts = fields.strings("hosts");
    fields.some("hosts", hosts, "must name at least one host");
    hosts.forEach(host -> host(fields, host));
    ServerTls tls = fields.object("tls", GatewayTlsReader::read);
    fits(fields, port.protocol, tls);
    return new Server(
        port.number, port.name, port.protocol, bind, hosts, tls, fields.string("name"));
  }

  private record Port(int number, String name, Protocol protocol) {
    static final Port NONE = new Port(0, "", Protocol.TCP);
  }

  private static Port port(Fields fields) {
    fields.given("number", "must be given");
    Integer number = fields.port("number");
    fields.ignored("targetPort", "has no effect on a gateway");
    String word = fields.required("protocol");
    Protocol protocol = Protocol.ofWord(word);
    if (!word.isEmpty()) {
      switch (protocol) {
        case HTTP, HTTPS, HTTP2, GRPC, GRPC_WEB, MONGO, TCP, TLS -> {}
        default -> fields.error("protocol", "found \"" + word + "\"; must be " + PROTOCOLS);
      }
    }
    return new Port(number == null ? 0 : number, fields.required("name"), protocol);
  }

  // NAMESPACE/HOST, where the namespace may be * or .
  private static void host(Fields fields, String host) {
    int slash = host.indexOf('/');
    if (slash >= 0) {
      String namespace = host.substring(0, slash);
      if (!namespace.equals("*")
          && !namespace.equals(".")
          && !NAMESPACE.matcher(namespace).matches()) {
        fields.error(
            "hosts", "\"" + host + "\" must begin with a namespace, * or . before the slash");
      }
    }
    HostCheck.check(fields, "hosts", host.substring(slash + 1));
  }

  private static void fits(Fields fields, Protocol protocol, @Nullable ServerTls tls) {
    if (protocol.tls()) {
      if (tls == null && !fields.has("tls")) {
        fields.error("tls", "must be given where the protocol is HTTPS or TLS");
      } else if (tls != null && tls.httpsRedirect()) {
        fields.warning("tls.httpsRedirect", "has no effect where the protocol is HTTPS or TLS");
      }
    } else if (tls != null
        && (tls.mode() != ServerTls.Mode.PASSTHROUGH
            || !tls.credentialNames().isEmpty()
            || !tls.certificates().isEmpty())) {
      fields.error("tls", "only httpsRedirect may stand here unless the protocol is HTTPS or TLS");
    }
  }

  /** The part of a server about TLS. */
  private static final class GatewayTlsReader {
    private static final Pattern SECRET = Pattern.compile("[a-z0-9]([-a-z0-9.]*[a-z0-9])?");
    private static final Pattern SPKI = Pattern.compile("[A-Za-z0-9+/]{43}=");
    private static final Pattern HASH = Pattern.compile("([0-9a-fA-F]{2}:?){31}[0-9a-fA-F]{2}");

    static ServerTls read(Fields fields) {
      ServerTls.Mode mode = mode(fields);
      List<String> names = fields.strings("credentialNames");
      String name = fields.string("credentialName");
      if (name != null && !name.isEmpty()) {
        if (!names.isEmpty()) {
          fields.error("credentialName", "can't stand beside credentialNames");
        }
        names = List.of(name);
      }
      for (String secret : names) {
        secret(fields, "credentialName", secret);
      }
      if (names.size() > 2) {
        fields.error("credentialNames", "has " + names.size() + " names; at most 2 are allowed");
      }
      ServerTls tls =
          new ServerTls(
              mode,
              fields.flag("httpsRedirect"),
              names,
              authorities(fields),
              files(fields),
              fields.string("caCertificates"),
              fields.string("caCrl"),
              fields.strings("subjectAltNames"),
              checked(fields, "verifyCertificateSpki", SPKI, "a base64 SHA-256 of a public key"),
              checked(fields, "verifyCertificateHash", HASH, "a hexadecimal SHA-256"),
              fields.oneOf(
                  "minProtocolVersion", ServerTls.Version.class, ServerTls.Version.TLS_AUTO),
              fields.oneOf(
                  "maxProtocolVersion", ServerTls.Version.class, ServerTls.Version.TLS_AUTO),
              fields.strings("cipherSuites"),
              fields.strings("ecdhCurves"));
      if (tls.maxVersion() != ServerTls.Version.TLS_AUTO
          && tls.minVersion().compareTo(tls.maxVersion()) > 0) {
        fields.error("minProtocolVersion", "is greater than maxProtocolVersion");
      }
      credentials(fields, tls);
      return tls;
    }

    private static ServerTls.Mode mode(Fields fields) {
      String why = "AUTO_PASSTHROUGH isn't supported yet; name the hosts in PASSTHROUGH";
      if (fields.unsupported("mode", "AUTO_PASSTHROUGH", why)) {
        return ServerTls.Mode.PASSTHROUGH;
      }
      return fields.oneOf("mode", ServerTls.Mode.class, ServerTls.Mode.PASSTHROUGH);
    }

    private static @Nullable String authorities(Fields fields) {
      String name = fields.string("caCertCredentialName");
      if (name != null) {
        secret(fields, "caCertCredentialName", name);
      }
      return name;
    }

    // of the proxy's own namespace: what else it may have isn't up to a Gateway
    private static void secret(Fields fields, String field, String name) {
      if (!SECRET.matcher(name).matches()) {
        fields.error(field, "\"" + name + "\" isn't the name of a Secret");
      }
    }

    private static List<CertificateFiles> files(Fields fields) {
      String certificate = fields.string("serverCertificate");
      String key = fields.string("privateKey");
      Function<Fields, CertificateFiles> both =
          f -> {
            f.ignored("caCertificates", "has no effect here; it stands beside tlsCertificates");
            return new CertificateFiles(f.required("serverCertificate"), f.required("privateKey"));
          };
      List<CertificateFiles> listed = fields.objects("tlsCertificates", both);
      if (certificate == null && key == null) {
        return listed;
      }
      if (certificate == null || key == null) {
        fields.error("", "serverCertificate and privateKey go together");
        return listed;
      }
      if (!listed.isEmpty()) {
        fields.error("tlsCertificates", "can't stand beside serverCertificate");
      }
      return List.of(new CertificateFiles(certificate, key));
    }

    private static List<String> checked(Fields fields, String field, Pattern pattern, String what) {
      List<String> values = fields.strings(field);
      for (String value : values) {
        if (!pattern.matcher(value).matches()) {
          fields.error(field, "\"" + value + "\" isn't " + what);
        }
      }
      return values;
    }

    private static void credentials(Fields fields, ServerTls tls) {
      boolean secrets = !tls.credentialNames().isEmpty();
      boolean any = secrets || !tls.certificates().isEmpty();
      switch (tls.mode()) {
        case SIMPLE -> own(fields, tls, any);
        case MUTUAL, OPTIONAL_MUTUAL -> {
          own(fields, tls, any);
          if (!secrets && tls.caCertificates() == null && tls.caCredentialName() == null) {
            fields.error("caCertificates", "must be given with mode " + tls.mode());
          }
        }
        case ISTIO_MUTUAL -> {
          if (any || tls.caCertificates() != null) {
            fields.error("", "mode ISTIO_MUTUAL uses the mesh's certificates; name no others");
          }
        }
        case PASSTHROUGH -> {
          if (any) {
            fields.warning("mode", "is PASSTHROUGH: the certificates have no effect");
          }
        }
      }
      if (!tls.mode().asksClients()
          && tls.mode() != ServerTls.Mode.ISTIO_MUTUAL
          && !tls.subjectAltNames().isEmpty()) {
        fields.warning("subjectAltNames", "has no effect with mode " + tls.mode());
      }
    }

    private static void own(Fields fields, ServerTls tls, boolean any) {
      if (!any) {
        fields.error(
            "",
            "mode " + tls.mode() + " needs credentialName, or serverCertificate and privateKey");
      } else if (!tls.credentialNames().isEmpty() && !tls.certificates().isEmpty()) {
        fields.error("credentialName", "can't stand beside serverCertificate");
      }
    }
  }
}
