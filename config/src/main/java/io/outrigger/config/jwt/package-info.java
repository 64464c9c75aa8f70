/**
 * JSON web tokens and their keys: parsed within bounds, and what a configuration asks of them. No
 * state but {@link JwksCell}, no I/O; any thread.
 */
@NullMarked
package io.outrigger.config.jwt;

import org.jspecify.annotations.NullMarked;
