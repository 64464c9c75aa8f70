/**
 * What every configuration resource has: kind, name, place in a file, problems. Values only; any
 * thread.
 */
@NullMarked
package io.outrigger.control.resource;

import org.jspecify.annotations.NullMarked;
