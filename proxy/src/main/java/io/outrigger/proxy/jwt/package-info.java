/**
 * Checks of JSON web tokens: where they are in a request, their signatures, keys that are fetched,
 * and what becomes of good ones. All on the worker that has the request.
 */
@NullMarked
package io.outrigger.proxy.jwt;

import org.jspecify.annotations.NullMarked;
