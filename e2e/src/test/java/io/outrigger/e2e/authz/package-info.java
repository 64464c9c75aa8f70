/** The offline evaluator of authorization policies held against a real proxy. */
package io.outrigger.e2e.authz;
