/** The runtime: values by key that override configuration while the process runs. Any thread. */
@NullMarked
package io.outrigger.config.runtime;

import org.jspecify.annotations.NullMarked;
