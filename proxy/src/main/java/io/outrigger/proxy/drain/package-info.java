/**
 * Going away politely: whether responses should ask for a connection's end, and who must hear that
 * draining began. State is read by every worker and changed by the main loop.
 */
@NullMarked
package io.outrigger.proxy.drain;

import org.jspecify.annotations.NullMarked;
