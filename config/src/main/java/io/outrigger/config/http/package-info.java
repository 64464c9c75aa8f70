/**
 * HTTP header blocks as bytes: what the codecs fill and the matchers read. A block belongs to one
 * worker; names are immutable and shared.
 */
@NullMarked
package io.outrigger.config.http;

import org.jspecify.annotations.NullMarked;
