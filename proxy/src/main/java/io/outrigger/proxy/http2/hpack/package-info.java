/**
 * HPACK (RFC 7541): header blocks from and to bytes, without objects a header. A decoder or encoder
 * belongs to one connection and runs on its worker.
 */
@NullMarked
package io.outrigger.proxy.http2.hpack;

import org.jspecify.annotations.NullMarked;
