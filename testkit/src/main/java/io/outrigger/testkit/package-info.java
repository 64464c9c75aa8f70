/** For tests: clocks, certificates, upstreams, processes. Never on a product's class path. */
@NullMarked
package io.outrigger.testkit;

import org.jspecify.annotations.NullMarked;
