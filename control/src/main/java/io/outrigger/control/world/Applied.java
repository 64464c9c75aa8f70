package io.outrigger.control.world;

import io.outrigger.control.resource.Change;
import io.outrigger.control.resource.Problem;
import java.time.Duration;
import java.util.List;

/**
 * A new world in force: what changed, what was refused or waits, and how long it took.
 *
 * @param problems all of the files as they are now, warnings among them
 * @param sinceSeen from the first sign of a change to this world
 * @param building the part of it spent reading and building
 */
public record Applied(
    World world,
    List<Change> changes,
    List<Problem> problems,
    List<Held> held,
    Duration sinceSeen,
    Duration building) {}
