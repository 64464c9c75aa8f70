/** The outrigger command; it talks to running processes through their admin ports. */
@NullMarked
package io.outrigger.cli;

import org.jspecify.annotations.NullMarked;
