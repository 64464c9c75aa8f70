@NullMarked
package io.outrigger.control.gatewayapi;

import org.jspecify.annotations.NullMarked;
