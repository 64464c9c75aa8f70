package io.outrigger.proxy.worker;

import io.netty.channel.EventLoop;
import java.util.ArrayList;

/** Actions that run once the current turn of an event loop has handled its events. */
final class EndOfTurn implements Runnable {
  private final EventLoop loop;
  private ArrayList<Runnable> actions = new ArrayList<>();
  private ArrayList<Runnable> running = new ArrayList<>();
  private boolean scheduled;

  EndOfTurn(EventLoop loop) {
    this.loop = loop;
  }

  void add(Runnable action) {
    actions.add(action);
    if (!scheduled) {
      scheduled = true;
      loop.execute(this);
    }
  }

  @Override
  public void run() {
    scheduled = false;
    ArrayList<Runnable> turn = actions;
    actions = running;
    running = turn;
    try {
      for (int i = 0; i < turn.size(); i++) {
        turn.get(i).run();
      }
    } finally {
      turn.clear();
    }
  }
}
