/** A mesh of processes on this machine, started, watched and ended. Any thread. */
@NullMarked
package io.outrigger.cli.local;

import org.jspecify.annotations.NullMarked;
