/** The checks that the control plane and the validate command share. Pure; any thread. */
@NullMarked
package io.outrigger.control.validate;

import org.jspecify.annotations.NullMarked;
