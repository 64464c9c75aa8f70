/**
 * The webhooks of port 15017, that the API server calls: pods get sidecars, and resources are
 * checked before they are stored. A virtual thread a request.
 */
@NullMarked
package io.outrigger.control.webhook;

import org.jspecify.annotations.NullMarked;
