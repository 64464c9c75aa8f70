/**
 * Istio's standard metrics and what peers tell each other for them. Series are looked up on the
 * worker that counts; what workers share is safe for any thread.
 */
@NullMarked
package io.outrigger.proxy.istio;

import org.jspecify.annotations.NullMarked;
