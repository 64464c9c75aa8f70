/** A mesh of local processes from one file. */
package io.outrigger.e2e.up;
