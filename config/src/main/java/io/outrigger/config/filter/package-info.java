/**
 * HTTP filters' configuration, one record a filter, and their compilers. Compiled on the config
 * thread, immutable.
 */
@NullMarked
package io.outrigger.config.filter;

import org.jspecify.annotations.NullMarked;
