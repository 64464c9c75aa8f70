/**
 * What filters of a user's own are written against; the only thing of Outrigger that they see.
 *
 * <p>A jar with a {@link io.outrigger.filter.FilterProvider}, named in {@code
 * META-INF/services/io.outrigger.filter.FilterProvider}, is put into the folder that {@code
 * outrigger proxy --filters} names. The proxy calls everything here on the thread that carries the
 * request, which carries thousands of others too: a filter never blocks, sleeps or computes for
 * long.
 */
@NullMarked
package io.outrigger.filter;

import org.jspecify.annotations.NullMarked;
