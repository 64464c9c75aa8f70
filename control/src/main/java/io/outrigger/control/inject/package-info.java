/**
 * Sidecars into pods: who gets one, what its annotations ask for, and the pod with it. Pure
 * functions from a pod and settings to a pod; any thread.
 */
@NullMarked
package io.outrigger.control.inject;

import org.jspecify.annotations.NullMarked;
