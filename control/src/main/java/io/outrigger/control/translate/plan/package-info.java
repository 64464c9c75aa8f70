/** From a world and a proxy to the records that translators take. Pure; any thread. */
@NullMarked
package io.outrigger.control.translate.plan;

import org.jspecify.annotations.NullMarked;
