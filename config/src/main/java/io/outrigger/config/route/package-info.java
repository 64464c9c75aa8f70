/**
 * Route tables: virtual hosts, routes, their matches and actions, and their compilers. Compiled on
 * the config thread, immutable, looked up by workers without allocation.
 */
@NullMarked
package io.outrigger.config.route;

import org.jspecify.annotations.NullMarked;
