package io.outrigger.control.world;

import io.outrigger.control.resource.Change;
import io.outrigger.control.resource.Problem;
import java.time.Duration;
import java.util.List;

/**
 * A new world in force: what changed, what was refused or waits, and how long it took.
 *
 * @param changes empty when only problems or waiting changes are news: then the world is the one
 *     before
 * @param problems all of the files as they are now, warnings among them
 * @param newProblems those of them that weren't there before: what is worth a line in a log
 * @param sinceSeen from the first sign of a change to this world
 * @param building the part of it spent reading and building
 */
public record Applied(
    World world,
    List<Change> changes,
    List<Problem> problems,
    List<Problem> newProblems,
    List<Held> held,
    Duration sinceSeen,
    Duration building) {}
