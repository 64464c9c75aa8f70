/**
 * Counters, gauges and histograms under Envoy's names. Written by workers, a cell each and without
 * locks; summed when read.
 */
@NullMarked
package io.outrigger.proxy.stats;

import org.jspecify.annotations.NullMarked;
