/** What plain machines install, and how they join a mesh. */
package io.outrigger.e2e.machines;
