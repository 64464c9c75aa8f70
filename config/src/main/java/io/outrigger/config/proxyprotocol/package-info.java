/** PROXY protocol: the extensions (TLVs) that headers of version 2 carry, in and out. */
@NullMarked
package io.outrigger.config.proxyprotocol;

import org.jspecify.annotations.NullMarked;
