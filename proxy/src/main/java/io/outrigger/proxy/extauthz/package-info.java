/**
 * ext_authz: asks a service whether a request or a connection goes on. All on the worker that owns
 * it, which never waits.
 */
@NullMarked
package io.outrigger.proxy.extauthz;

import org.jspecify.annotations.NullMarked;
