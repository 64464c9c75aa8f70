/**
 * {@code outrigger authz}: what authorization policies say of a request, computed from the
 * resources alone. It shares no matching code with the proxy, so that each can be held against the
 * other. One thread.
 */
@NullMarked
package io.outrigger.cli.authz;

import org.jspecify.annotations.NullMarked;
