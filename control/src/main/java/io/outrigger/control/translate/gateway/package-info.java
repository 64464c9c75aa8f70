/** From Gateways and their VirtualServices to a router's listeners and tables. Pure; any thread. */
@NullMarked
package io.outrigger.control.translate.gateway;

import org.jspecify.annotations.NullMarked;
