package io.outrigger.config.filter;

import io.outrigger.config.extauthz.BodyBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a route says of ext_authz: sent along with each question, with or without the body.
 *
 * @param body null: the chain's
 */
public record ExtAuthzRoute(
    Map<String, String> contextExtensions, boolean withoutBody, @Nullable BodyBuffer body)
    implements FilterConfig {
  /** The extensions of all levels hold; the rest is the most specific level's. */
  ExtAuthzRoute over(ExtAuthzRoute above) {
    Map<String, String> merged = new HashMap<>(above.contextExtensions);
    merged.putAll(contextExtensions);
    return new ExtAuthzRoute(merged, withoutBody, body);
  }
}
