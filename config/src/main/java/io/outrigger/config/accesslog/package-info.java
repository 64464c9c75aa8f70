/**
 * Access loggers, their filters, and the formats with %OPERATORS% that header mutations use too.
 * Compiled on the config thread, immutable.
 */
@NullMarked
package io.outrigger.config.accesslog;

import org.jspecify.annotations.NullMarked;
