package io.outrigger.cli.demo;

import java.io.IOException;

/**
 * One thing that the mesh does, shown on the bookshop: files of demo/scenarios/NAME that take the
 * place of those of demo/mesh, what to try, and what must hold.
 */
interface Scenario {
  /** As it is said after {@code --scenario}. */
  String name();

  /** One sentence for those who start it. */
  String summary();

  /** Brings the shop into the state that it needs; its files are in force already. */
  default void begin(Trial trial) throws IOException, InterruptedException {}

  /** Asserts all that the page about it promises. */
  void check(Trial trial) throws IOException, InterruptedException;
}
