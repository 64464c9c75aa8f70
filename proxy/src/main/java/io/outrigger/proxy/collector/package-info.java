/**
 * Ships spans and log records to collectors, through the clusters that name them. All on the worker
 * that made them.
 */
@NullMarked
package io.outrigger.proxy.collector;

import org.jspecify.annotations.NullMarked;
