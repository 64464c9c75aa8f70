/**
 * The unified matcher, xds.type.matcher.v3.Matcher, over whatever its owner gives it to look at.
 * Immutable; any thread.
 */
@NullMarked
package io.outrigger.config.match.tree;

import org.jspecify.annotations.NullMarked;
