/** {@code outrigger up}: a mesh of local processes from one file. Plain blocking code. */
@NullMarked
package io.outrigger.cli.up;

import org.jspecify.annotations.NullMarked;
