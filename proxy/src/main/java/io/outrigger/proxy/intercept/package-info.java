/**
 * Transparent interception: the iptables rules that lead a workload's TCP traffic through its
 * proxy, in the shape of Istio's. Called on the main thread; it runs iptables' own programs and
 * waits.
 */
@NullMarked
package io.outrigger.proxy.intercept;

import org.jspecify.annotations.NullMarked;
