/**
 * Expressions of the Common Expression Language (CEL): the names of attributes, the compiler of
 * expressions' trees, and their values. Compiled on the config thread, immutable, evaluated by
 * workers; nothing of it is loaded where no expression is configured.
 */
@NullMarked
package io.outrigger.config.cel;

import org.jspecify.annotations.NullMarked;
