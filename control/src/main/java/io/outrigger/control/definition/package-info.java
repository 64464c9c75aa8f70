/**
 * The definitions (CustomResourceDefinition) of Istio's kinds and ours that an API server gets,
 * made from what the readers ask for, so that both know the same fields. For {@code bin/crds}; no
 * process of the mesh needs it.
 */
@NullMarked
package io.outrigger.control.definition;

import org.jspecify.annotations.NullMarked;
