/**
 * Access logs: formats an entry into a buffer of the worker's, and a thread of its own writes the
 * buffers to their files.
 */
@NullMarked
package io.outrigger.proxy.accesslog;

import org.jspecify.annotations.NullMarked;
