/** Translators of listeners: one record in, one Envoy resource out. Pure; any thread. */
@NullMarked
package io.outrigger.control.translate.listener;

import org.jspecify.annotations.NullMarked;
