/** {@code outrigger join}: a machine gets its identity by a one-time token. Plain blocking code. */
@NullMarked
package io.outrigger.cli.join;

import org.jspecify.annotations.NullMarked;
