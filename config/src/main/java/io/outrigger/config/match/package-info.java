/**
 * Matchers on strings, headers, query parameters, paths and addresses. Immutable; matching is done
 * by workers, on bytes.
 */
@NullMarked
package io.outrigger.config.match;

import org.jspecify.annotations.NullMarked;
