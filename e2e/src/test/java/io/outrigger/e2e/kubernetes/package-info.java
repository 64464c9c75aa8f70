/** Tests on a real cluster, which {@code bin/verify --kubernetes} runs. */
package io.outrigger.e2e.kubernetes;
