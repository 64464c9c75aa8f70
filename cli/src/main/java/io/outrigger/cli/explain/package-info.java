/**
 * {@code outrigger explain}: what is in force, and who said so, computed from files alone by the
 * control plane's translation and the proxy's own compilers. One thread.
 */
@NullMarked
package io.outrigger.cli.explain;

import org.jspecify.annotations.NullMarked;
