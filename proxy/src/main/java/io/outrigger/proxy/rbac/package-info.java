/**
 * Role-based access control of requests and connections: what policies see of them, what comes of
 * it in statistics, metadata and logs. On the workers; the rules themselves are {@code
 * config.rbac}'s.
 */
@NullMarked
package io.outrigger.proxy.rbac;

import org.jspecify.annotations.NullMarked;
