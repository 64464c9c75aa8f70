/**
 * Role-based access control: rules, the conditions of their policies, and their compilers. Compiled
 * on the config thread, immutable, asked by workers without allocation.
 */
@NullMarked
package io.outrigger.config.rbac;

import org.jspecify.annotations.NullMarked;
