/** Stock clients, with their defaults, through a pair of proxies with mutual TLS between them. */
package io.outrigger.e2e.clients;
