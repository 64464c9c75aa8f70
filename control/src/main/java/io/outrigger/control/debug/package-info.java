/** The monitoring port: metrics, readiness, and pages that show the world and every proxy. */
@NullMarked
package io.outrigger.control.debug;

import org.jspecify.annotations.NullMarked;
