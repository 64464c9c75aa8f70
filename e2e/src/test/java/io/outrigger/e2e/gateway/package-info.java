/** Gateways: what comes into a mesh from outside, through our proxy and through a real Envoy. */
package io.outrigger.e2e.gateway;
