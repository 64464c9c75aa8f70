package io.outrigger.proxy.listener;

import io.outrigger.proxy.drain.DrainState;

/** A listener in force, as its connections see it. */
interface ActiveListener {
  String name();

  /** {@code listener.<address>}. */
  String statPrefix();

  int bufferLimit();

  DrainState drain();
}
