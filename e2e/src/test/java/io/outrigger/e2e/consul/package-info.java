/** Against a real Consul agent. */
package io.outrigger.e2e.consul;
