/**
 * The attributes of requests and connections, under Envoy's names, as expressions and external
 * services ask for them. On the worker of what is asked about; made when asked for, not kept.
 */
@NullMarked
package io.outrigger.proxy.attributes;

import org.jspecify.annotations.NullMarked;
