/**
 * The keys of issuers that RequestAuthentications name by an address or leave to the issuer:
 * fetched by the control plane, handed on to proxies. On virtual threads of its own.
 */
@NullMarked
package io.outrigger.control.keys;

import org.jspecify.annotations.NullMarked;
