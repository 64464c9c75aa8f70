/**
 * What a proxy asks an authorization service (ext_authz). Immutable; compiled on the config thread.
 */
@NullMarked
package io.outrigger.config.extauthz;

import org.jspecify.annotations.NullMarked;
