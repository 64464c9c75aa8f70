/**
 * Libraries of compression and what is wanted of them. Records are immutable; compilers run on the
 * thread of configuration.
 */
@NullMarked
package io.outrigger.config.compression;

import org.jspecify.annotations.NullMarked;
