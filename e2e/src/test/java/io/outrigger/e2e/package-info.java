/** Tests of the processes as users get them, beside the real parts that they work with. */
@org.jspecify.annotations.NullMarked
package io.outrigger.e2e;
