/**
 * Active health checks: a session a host asks it again and again whether it is well. All of it runs
 * on the configuration loop, over connections of its own; workers see the outcome in the flags of a
 * host and in new host sets.
 */
@NullMarked
package io.outrigger.proxy.health;

import org.jspecify.annotations.NullMarked;
