/**
 * The Gateway API: its kinds and their readers, which routes attach where, what they become in the
 * mesh's own terms, and what each resource is told in its status. Values and pure functions; any
 * thread.
 */
@NullMarked
package io.outrigger.control.gatewayapi;

import org.jspecify.annotations.NullMarked;
