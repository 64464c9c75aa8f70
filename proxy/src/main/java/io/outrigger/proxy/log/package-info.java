/** The process's own log, in Envoy's format and with its levels. Any thread may log. */
@NullMarked
package io.outrigger.proxy.log;

import org.jspecify.annotations.NullMarked;
