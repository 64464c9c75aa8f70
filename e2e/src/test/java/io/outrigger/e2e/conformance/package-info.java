/** What others have written down of the protocols, asked of our processes. */
package io.outrigger.e2e.conformance;
