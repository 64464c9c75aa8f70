/**
 * TLS in both directions on BoringSSL: contexts made from configuration and secrets, swapped when a
 * secret changes without closing a connection, and who the peer proved to be.
 */
@NullMarked
package io.outrigger.proxy.tls;

import org.jspecify.annotations.NullMarked;
