/** The TCP proxy: splices a client's connection with one to a cluster. Runs on the worker. */
@NullMarked
package io.outrigger.proxy.tcp;

import org.jspecify.annotations.NullMarked;
