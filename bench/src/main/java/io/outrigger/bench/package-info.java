/** JMH benchmarks of parsers and matchers. */
@NullMarked
package io.outrigger.bench;

import org.jspecify.annotations.NullMarked;
