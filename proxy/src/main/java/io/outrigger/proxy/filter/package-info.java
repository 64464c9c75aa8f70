/**
 * The HTTP filters but the router, and the connection managers that run them. A filter's part in an
 * exchange runs on the exchange's worker.
 */
@NullMarked
package io.outrigger.proxy.filter;

import org.jspecify.annotations.NullMarked;
