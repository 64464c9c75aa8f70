/**
 * For tests of filters: {@link io.outrigger.filter.testkit.FilterTrial} runs one against made-up
 * messages without a proxy, {@link io.outrigger.filter.testkit.FilterProxy} in a real proxy of this
 * process. For any test framework; one thread.
 */
@NullMarked
package io.outrigger.filter.testkit;

import org.jspecify.annotations.NullMarked;
