/**
 * Compression of bodies: gzip by the JDK's zlib, brotli and zstd by native libraries that are
 * loaded when a filter is configured with them. Each object belongs to one body, and so to its
 * worker.
 */
@NullMarked
package io.outrigger.proxy.compression;

import org.jspecify.annotations.NullMarked;
