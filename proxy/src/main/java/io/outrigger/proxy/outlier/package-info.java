/**
 * Outlier detection: hosts whose answers are bad are ejected for a while. Workers count results;
 * ejecting and its end are decided on the configuration loop.
 */
@NullMarked
package io.outrigger.proxy.outlier;

import org.jspecify.annotations.NullMarked;
