package io.outrigger.proxy.admin;

/** Envoy's server states, with the numbers that {@code server.state} shows. */
public enum ServerState {
  LIVE(0),
  DRAINING(1),
  PRE_INITIALIZING(2),
  INITIALIZING(3);

  private final int number;

  ServerState(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }
}
