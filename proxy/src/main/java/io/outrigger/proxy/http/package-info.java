/**
 * The HTTP connection manager: a connection's codec, an exchange for each request, what is done to
 * its headers, its way through the filters, and the replies that the proxy makes itself. Each
 * exchange runs on the worker that owns its connection.
 */
@NullMarked
package io.outrigger.proxy.http;

import org.jspecify.annotations.NullMarked;
