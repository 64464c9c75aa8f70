package io.outrigger.config.route;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.match.RegexSubstitution;
import io.outrigger.config.match.UriTemplate;
import java.util.List;
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

  /** What a path template's variables held is put together anew; literals and names, in turn. */
  public record TemplateRewrite(List<String> literals, List<String> variables)
      implements PathRewrite {
    public TemplateRewrite {
      literals = List.copyOf(literals);
      variables = List.copyOf(variables);
    }

    /** The path, of a path that the template has matched. */
    public String apply(UriTemplate template, String path) {
      List<String> values = template.values(path);
      if (values == null) {
        return path;
      }
      StringBuilder out = new StringBuilder(path.length());
      for (int i = 0; i < literals.size(); i++) {
        out.append(literals.get(i));
        if (i < variables.size()) {
          out.append(values.get(template.variables().indexOf(variables.get(i))));
        }
      }
      return out.toString();
    }
  }

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
