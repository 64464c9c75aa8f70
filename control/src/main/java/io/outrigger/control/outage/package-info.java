/**
 * What it is to be without a source of configuration: since when, how often that is said, and how a
 * Kubernetes API server that is away is told from one that refuses. A thread of its own asks the
 * API server; any thread says what it found.
 */
@NullMarked
package io.outrigger.control.outage;

import org.jspecify.annotations.NullMarked;
