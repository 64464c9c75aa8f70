package io.outrigger.control.ca;

import io.outrigger.identity.AuthorityFiles;
import io.outrigger.identity.AuthorityPem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * An authority in files of the state directory. They are looked at twice a second, and what two
 * looks have seen alike is taken: they can't all be replaced at once. A thread of its own.
 */
public final class AuthorityFolder implements AuthorityStore {
  private static final System.Logger LOG = System.getLogger("ca");
  private static final long LOOK_MILLIS = 500;

  /** What a look saw: texts, or why there are none. */
  private record Seen(AuthorityPem pem, String problem) {}

  private final Path directory;
  private final ScheduledExecutorService looks =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("authority").factory());
  private Seen last = new Seen(new AuthorityPem("", ""), "");

  public AuthorityFolder(Path directory) {
    this.directory = directory;
  }

  @Override
  public AuthorityPem open(String trustDomain, Instant now) throws IOException {
    return AuthorityFiles.open(directory, trustDomain, now);
  }

  @Override
  public void watch(AuthorityInForce authority) {
    var _ =
        looks.scheduleWithFixedDelay(
            () -> look(authority), LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Looks once. */
  void look(AuthorityInForce authority) {
    try {
      Seen now = see();
      if (now.equals(last)) {
        if (now.problem().isEmpty()) {
          authority.offer(now.pem());
        } else {
          authority.refuse(now.problem());
        }
      }
      last = now;
    } catch (RuntimeException e) {
      // a bug must not end the watch
      LOG.log(System.Logger.Level.ERROR, () -> directory + " can't be taken in", e);
    }
  }

  private Seen see() {
    try {
      return new Seen(AuthorityFiles.read(directory), "");
    } catch (IOException e) {
      return new Seen(new AuthorityPem("", ""), String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    looks.shutdownNow();
  }

  @Override
  public String toString() {
    return directory.toString();
  }
}
