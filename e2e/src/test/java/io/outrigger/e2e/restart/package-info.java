/** Tests of one proxy process that takes over from another. */
package io.outrigger.e2e.restart;
