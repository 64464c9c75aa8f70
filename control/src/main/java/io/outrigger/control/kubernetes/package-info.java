/**
 * The Kubernetes resources that a mesh needs, as records, and their readers. Values only; any
 * thread.
 */
@NullMarked
package io.outrigger.control.kubernetes;

import org.jspecify.annotations.NullMarked;
