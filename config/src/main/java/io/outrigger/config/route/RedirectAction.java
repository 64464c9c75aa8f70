package io.outrigger.config.route;

import org.jspecify.annotations.Nullable;

/**
 * Answers with a redirect.
 *
 * @param statusCode 301, 302, 303, 307 or 308
 * @param scheme the new scheme; empty: the request's
 * @param host the new host; empty: the request's
 * @param port the new port; 0: the request's, dropped if it is the old scheme's default
 * @param path the new path, whole; empty: the request's, perhaps rewritten
 * @param pathRewrite null: none
 */
public record RedirectAction(
    int statusCode,
    String scheme,
    String host,
    int port,
    String path,
    Rewrite.@Nullable PathRewrite pathRewrite,
    boolean stripQuery)
    implements RouteAction {}
