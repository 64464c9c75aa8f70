/** The admin server and its pages, on the configuration loop. */
@NullMarked
package io.outrigger.proxy.admin;

import org.jspecify.annotations.NullMarked;
