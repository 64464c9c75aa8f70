/**
 * Filters of a user's own: jars in a folder, each in a class loader of its own, called under a
 * budget and switched off when they break it.
 *
 * <p>{@link io.outrigger.proxy.userfilter.UserFilters} is shared by all threads; {@link
 * io.outrigger.proxy.userfilter.UserFilterFactory} and what it makes belong to one worker. Nothing
 * of this package is loaded unless a folder of filters is given or a configuration names one.
 */
@NullMarked
package io.outrigger.proxy.userfilter;

import org.jspecify.annotations.NullMarked;
