/** SPIFFE identities, keys, certificate requests, the CA's signing, trust bundles and renewal times. Any thread. */
@NullMarked
package io.outrigger.identity;

import org.jspecify.annotations.NullMarked;
