/**
 * TLS contexts, certificates and validation as configured, and their compilers. Compiled on the
 * config thread, immutable.
 */
@NullMarked
package io.outrigger.config.tls;

import org.jspecify.annotations.NullMarked;
