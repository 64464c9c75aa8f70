package io.outrigger.config.route;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.match.RegexSubstitution;
import org.jspecify.annotations.Nullable;

/** How the path and host change before a request is forwarded or redirected. */
public record Rewrite(
    @Nullable PathRewrite path, @Nullable HostRewrite host, boolean appendXForwardedHost) {
  public static final Rewrite NONE = new Rewrite(null, null, false);

  /** How the path changes; the query stays. */
  public sealed interface PathRewrite {}

  /** The matched prefix, or the whole path for other matches, becomes this. */
  public record PrefixRewrite(String replacement) implements PathRewrite {}

  /** All matches of a regular expression are replaced; {@code \1} is the first group. */
  public record RegexRewrite(RegexSubstitution substitution) implements PathRewrite {}

  /** How the host changes. */
  public sealed interface HostRewrite {}

  /** Always this host. */
  public record LiteralHost(String host) implements HostRewrite {}

  /** The host name of the upstream host that is picked. */
  public record AutoHost() implements HostRewrite {}

  /** The value of a request header. */
  public record HeaderHost(HeaderName header) implements HostRewrite {}

  /** The path with matches replaced. */
  public record PathRegexHost(RegexSubstitution substitution) implements HostRewrite {}
}
