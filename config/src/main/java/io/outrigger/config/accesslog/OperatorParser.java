package io.outrigger.config.accesslog;

import io.outrigger.config.accesslog.FormatElement.GrpcStatusSpelling;
import io.outrigger.config.accesslog.FormatElement.HeaderSource;
import io.outrigger.config.accesslog.FormatElement.MetadataSource;
import io.outrigger.config.accesslog.FormatElement.PathVersion;
import io.outrigger.config.accesslog.FormatElement.TimePoint;
import io.outrigger.config.accesslog.FormatElement.TimeSource;
import io.outrigger.config.http.HeaderName;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes an operator's element of its name and arguments. */
final class OperatorParser {
  private OperatorParser() {}

  static FormatElement parse(String name, @Nullable String arguments, int maxLength)
      throws FormatException {
    FormatElement element = element(name, arguments, maxLength);
    boolean takesNoLength =
        element instanceof FormatElement.Field
            || element instanceof FormatElement.Time
            || element instanceof FormatElement.Duration
            || element instanceof FormatElement.GrpcStatus;
    if (maxLength > 0 && takesNoLength) {
      throw new FormatException("%" + name + "% does not take any length: :" + maxLength);
    }
    return element;
  }

  private static FormatElement element(String name, @Nullable String arguments, int maxLength)
      throws FormatException {
    return switch (name) {
      case "REQ", "REQUEST_HEADER" ->
          header(HeaderSource.REQUEST, required(name, arguments), maxLength);
      case "RESP", "RESPONSE_HEADER" ->
          header(HeaderSource.RESPONSE, required(name, arguments), maxLength);
      case "TRAILER", "RESPONSE_TRAILER" ->
          header(HeaderSource.TRAILER, required(name, arguments), maxLength);
      case "REQ_WITHOUT_QUERY" -> {
        FormatElement.Header header =
            header(HeaderSource.REQUEST, required(name, arguments), maxLength);
        yield new FormatElement.HeaderWithoutQuery(
            header.name(), header.alternative(), header.maxLength());
      }
      case "START_TIME" -> time(TimeSource.START_TIME, arguments, false);
      case "START_TIME_LOCAL" -> time(TimeSource.START_TIME, arguments, true);
      case "EMIT_TIME" -> time(TimeSource.EMIT_TIME, arguments, false);
      case "EMIT_TIME_LOCAL" -> time(TimeSource.EMIT_TIME, arguments, true);
      case "DOWNSTREAM_PEER_CERT_V_START" ->
          time(TimeSource.DOWNSTREAM_PEER_CERT_V_START, arguments, false);
      case "DOWNSTREAM_PEER_CERT_V_END" ->
          time(TimeSource.DOWNSTREAM_PEER_CERT_V_END, arguments, false);
      case "UPSTREAM_PEER_CERT_V_START" ->
          time(TimeSource.UPSTREAM_PEER_CERT_V_START, arguments, false);
      case "UPSTREAM_PEER_CERT_V_END" ->
          time(TimeSource.UPSTREAM_PEER_CERT_V_END, arguments, false);
      case "DYNAMIC_METADATA" ->
          metadata(MetadataSource.DYNAMIC, required(name, arguments), maxLength);
      case "CLUSTER_METADATA" ->
          metadata(MetadataSource.CLUSTER, required(name, arguments), maxLength);
      case "UPSTREAM_METADATA" ->
          metadata(MetadataSource.UPSTREAM_HOST, required(name, arguments), maxLength);
      case "METADATA" -> typedMetadata(required(name, arguments), maxLength);
      case "PER_REQUEST_STATE" ->
          new FormatElement.FilterState(required(name, arguments), false, true, "", maxLength);
      case "FILTER_STATE" -> filterState(false, required(name, arguments), maxLength);
      case "UPSTREAM_FILTER_STATE" -> filterState(true, required(name, arguments), maxLength);
      case "COMMON_DURATION" -> duration(required(name, arguments));
      case "QUERY_PARAM" -> new FormatElement.QueryParameter(required(name, arguments), maxLength);
      case "QUERY_PARAMS" ->
          new FormatElement.Query(
              !"DECODED".equals(oneOf(name, arguments, "ORIG", "DECODED")), maxLength);
      case "PATH" -> path(arguments == null ? "" : arguments, maxLength);
      case "GRPC_STATUS" -> grpcStatus(arguments);
      case "GRPC_STATUS_NUMBER" -> new FormatElement.GrpcStatus(GrpcStatusSpelling.NUMBER);
      case "ENVIRONMENT" -> environment(required(name, arguments), maxLength);
      case "RESPONSE_CODE_DETAILS" ->
          new FormatElement.Field(
              "ALLOW_WHITESPACES".equals(arguments)
                  ? Operator.RESPONSE_CODE_DETAILS_ALLOW_WHITESPACES
                  : Operator.RESPONSE_CODE_DETAILS,
              maxLength);
      default -> field(name, arguments, maxLength);
    };
  }

  private static FormatElement field(String name, @Nullable String arguments, int maxLength)
      throws FormatException {
    Operator operator = Operator.of(name);
    if (operator == null) {
      throw new FormatException("Not supported field in StreamInfo: %" + name + "%");
    }
    if (arguments != null && !arguments.isEmpty()) {
      throw new FormatException("%" + name + "% does not take arguments: (" + arguments + ")");
    }
    return new FormatElement.Field(operator, maxLength);
  }

  private static String required(String name, @Nullable String arguments) throws FormatException {
    if (arguments == null || arguments.isEmpty()) {
      throw new FormatException("%" + name + "% requires arguments: %" + name + "(...)%");
    }
    return arguments;
  }

  private static String oneOf(String name, @Nullable String found, String... allowed)
      throws FormatException {
    String argument = found == null ? allowed[0] : found;
    if (!Arrays.asList(allowed).contains(argument)) {
      throw new FormatException(
          "%" + name + "(" + argument + ")%: " + String.join(", ", allowed) + " are allowed");
    }
    return argument;
  }

  private static FormatElement.Header header(HeaderSource source, String argument, int maxLength)
      throws FormatException {
    String[] names = argument.split("\\?", -1);
    if (names.length > 2) {
      throw new FormatException("More than 1 alternative header specified in token: " + argument);
    }
    for (String name : names) {
      if (!isHeaderName(name)) {
        throw new FormatException(
            "Invalid header configuration. Format string contains invalid characters: '"
                + name
                + "' is not a header name");
      }
    }
    String alternative = names.length > 1 ? names[1] : "";
    return new FormatElement.Header(
        source,
        name(source, names[0]),
        alternative.isEmpty() ? null : name(source, alternative),
        maxLength);
  }

  private static HeaderName name(HeaderSource source, String text) {
    HeaderName name = HeaderName.of(text);
    return source == HeaderSource.REQUEST ? name.inRequests() : name;
  }

  /** A token (RFC 9110 section 5.6.2), perhaps with a pseudo-header's colon before it; or empty. */
  private static boolean isHeaderName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean token =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
      if (!token && !(i == 0 && c == ':')) {
        return false;
      }
    }
    return true;
  }

  private static FormatElement time(TimeSource source, @Nullable String format, boolean local)
      throws FormatException {
    return new FormatElement.Time(source, TimeFormatParser.parse(format, local));
  }

  /** {@code ns:key:key}, or the older {@code ["ns","key"]} of header formats. */
  private static FormatElement metadata(MetadataSource source, String argument, int maxLength) {
    String plain = argument.strip();
    if (plain.startsWith("[") && plain.endsWith("]")) {
      plain = plain.substring(1, plain.length() - 1).replace("\"", "").replace(", ", ",");
      plain = plain.replace(',', ':');
    }
    List<String> parts = List.of(plain.split(":", -1));
    return new FormatElement.MetadataField(
        source, parts.getFirst(), parts.subList(1, parts.size()), maxLength);
  }

  private static FormatElement typedMetadata(String argument, int maxLength)
      throws FormatException {
    int colon = argument.indexOf(':');
    String type = colon < 0 ? argument : argument.substring(0, colon);
    String rest = colon < 0 ? "" : argument.substring(colon + 1);
    for (MetadataSource source : MetadataSource.values()) {
      if (source.name().equals(type)) {
        return metadata(source, rest, maxLength);
      }
    }
    throw new FormatException(
        type
            + " is not supported type of metadata; "
            + Arrays.toString(MetadataSource.values())
            + " are allowed");
  }

  private static FormatElement filterState(boolean upstream, String argument, int maxLength)
      throws FormatException {
    String[] parts = argument.split(":", 3);
    String kind = parts.length > 1 ? parts[1] : "TYPED";
    if (parts[0].isEmpty()
        || !(kind.equals("PLAIN") || kind.equals("TYPED") || kind.equals("FIELD"))
        || kind.equals("FIELD") != (parts.length == 3)) {
      throw new FormatException(
          "Invalid filter state serialize type '"
              + argument
              + "'; KEY, KEY:PLAIN, KEY:TYPED and KEY:FIELD:NAME are allowed");
    }
    return new FormatElement.FilterState(
        parts[0], upstream, kind.equals("PLAIN"), parts.length == 3 ? parts[2] : "", maxLength);
  }

  private static FormatElement duration(String argument) throws FormatException {
    String[] parts = argument.split(":", -1);
    if (parts.length != 3) {
      throw new FormatException(
          "COMMON_DURATION(" + argument + "): START:END:PRECISION is required");
    }
    long unit =
        switch (parts[2]) {
          case "ms" -> 1_000_000;
          case "us" -> 1000;
          case "ns" -> 1;
          default ->
              throw new FormatException(
                  "COMMON_DURATION: precision " + parts[2] + "; ms, us and ns are allowed");
        };
    TimePoint start = point(parts[0]);
    TimePoint end = point(parts[1]);
    // Any other name is a time point that an extension may set; none does here.
    return start == null || end == null
        ? new FormatElement.Literal("-")
        : new FormatElement.Duration(start, end, unit);
  }

  private static @Nullable TimePoint point(String name) {
    for (TimePoint point : TimePoint.values()) {
      if (point.name().equals(name)) {
        return point;
      }
    }
    return null;
  }

  private static FormatElement path(String argument, int maxLength) throws FormatException {
    String[] parts = argument.split(":", -1);
    boolean withQuery = !"NQ".equals(oneOf("PATH", parts[0], "", "WQ", "NQ"));
    String which =
        oneOf("PATH", parts.length > 1 ? parts[1] : "", "", "ORIG", "PATH", "ORIG_OR_PATH");
    PathVersion version =
        switch (which) {
          case "ORIG" -> PathVersion.ORIGINAL;
          case "PATH" -> PathVersion.CURRENT;
          default -> PathVersion.ORIGINAL_OR_CURRENT;
        };
    return new FormatElement.Path(withQuery, version, maxLength);
  }

  private static FormatElement grpcStatus(@Nullable String argument) throws FormatException {
    String spelling = oneOf("GRPC_STATUS", argument, "", "CAMEL_STRING", "SNAKE_STRING", "NUMBER");
    return new FormatElement.GrpcStatus(
        spelling.isEmpty()
            ? GrpcStatusSpelling.CAMEL_STRING
            : GrpcStatusSpelling.valueOf(spelling));
  }

  /** The environment does not change while the process runs, so its value becomes text. */
  private static FormatElement environment(String name, int maxLength) {
    String value = System.getenv(name);
    if (value == null || value.isEmpty()) {
      return new FormatElement.Literal("-");
    }
    return new FormatElement.Literal(
        maxLength > 0 && value.length() > maxLength ? value.substring(0, maxLength) : value);
  }
}
