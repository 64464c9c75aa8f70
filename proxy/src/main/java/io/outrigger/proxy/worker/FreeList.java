package io.outrigger.proxy.worker;

import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.timeout.TimerWheel;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Objects to use again, as many as were in use at once lately: the last one given is the next one
 * taken, and what nobody needed for a whole span of five seconds is forgotten. Owned by one worker.
 */
public final class FreeList<T> {
  /** So many stay, however long nobody needs them. */
  private static final int ALWAYS = 128;

  /** More are not kept: a burst as large is rare, and its memory would be noticed. */
  private static final int MOST = 2048;

  private static final long LOOKED_AT = TimeUnit.SECONDS.toNanos(5);

  private final Timeout trim;
  private final Consumer<? super T> dropped;
  private @Nullable Object[] free = new @Nullable Object[ALWAYS];
  private int count;
  private int least;

  public FreeList(TimerWheel timers) {
    this(timers, object -> {});
  }

  /** {@code dropped} hears of each object that isn't kept. */
  public FreeList(TimerWheel timers, Consumer<? super T> dropped) {
    this.trim = new Timeout(timers, this::trim);
    this.dropped = dropped;
  }

  /** An object that was given; null: none is there. */
  @SuppressWarnings("unchecked") // only give() puts something in
  public @Nullable T take() {
    if (count == 0) {
      return null;
    }
    Object object = free[--count];
    free[count] = null;
    least = Math.min(least, count);
    return (T) object;
  }

  /** Keeps an object; the caller must not touch it again. */
  public void give(T object) {
    if (count == free.length) {
      if (count == MOST) {
        dropped.accept(object);
        return;
      }
      free = Arrays.copyOf(free, count * 2);
    }
    free[count++] = object;
    if (count > ALWAYS && !trim.isArmed()) {
      least = count;
      trim.arm(LOOKED_AT);
    }
  }

  /** How many there are to be taken. */
  public int size() {
    return count;
  }

  /** For each object that is there, which stays. */
  @SuppressWarnings("unchecked") // only give() puts something in
  public void forEach(Consumer<? super T> action) {
    for (int i = 0; i < count; i++) {
      action.accept((T) Objects.requireNonNull(free[i]));
    }
  }

  private void trim() {
    int until = Math.max(ALWAYS, count - least);
    if (until < count) {
      while (count > until) {
        T object = take();
        assert object != null;
        dropped.accept(object);
      }
    }
    if (count <= ALWAYS) {
      free = Arrays.copyOf(free, ALWAYS);
    } else {
      least = count;
      trim.arm(LOOKED_AT);
    }
  }
}
