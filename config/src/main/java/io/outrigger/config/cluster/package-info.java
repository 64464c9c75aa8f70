/**
 * Clusters and their endpoints as configured, and their compilers. Compiled on the config thread,
 * immutable.
 */
@NullMarked
package io.outrigger.config.cluster;

import org.jspecify.annotations.NullMarked;
