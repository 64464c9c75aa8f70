package io.outrigger.proxy;

import io.outrigger.proxy.ads.AdsStream;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.snapshot.Configuration;
import io.outrigger.proxy.snapshot.Snapshot;
import io.outrigger.proxy.snapshot.StateFile;
import io.outrigger.proxy.worker.Worker;
import io.outrigger.xds.ResourceType;
import io.outrigger.xds.VersionedResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the last good dynamic configuration on disk, half a second after it changed, and gives it
 * back at the next start. While a process takes over from another, one of them alone writes.
 */
final class StateKeeper implements Configuration.Listener {
  private static final long SETTLE_MILLIS = 500;

  private final Worker main;
  private final Configuration configuration;
  private final StateFile file;
  private final ReentrantLock writing = new ReentrantLock();
  private byte[] stored = {};
  private boolean scheduled;
  private boolean owner;

  /**
   * Keeps it in that directory, which is made where there is none.
   *
   * @param owner whether no other process writes there
   */
  static StateKeeper in(Worker main, Configuration configuration, String directory, boolean owner)
      throws StartException {
    try {
      return new StateKeeper(
          main, configuration, Files.createDirectories(Path.of(directory)), owner);
    } catch (IOException e) {
      throw new StartException("--state-dir " + directory + ": " + e.getMessage());
    }
  }

  private StateKeeper(Worker main, Configuration configuration, Path directory, boolean owner) {
    this.owner = owner;
    this.main = main;
    this.configuration = configuration;
    this.file = new StateFile(directory);
    configuration.add(this);
  }

  /** Puts what is stored in force, and tells the stream what is held already. */
  void restore(@Nullable AdsStream ads) {
    Map<ResourceType, List<VersionedResource>> resources = file.load();
    int count = 0;
    for (Map.Entry<ResourceType, List<VersionedResource>> entry : resources.entrySet()) {
      Map<String, String> versions = configuration.restore(entry.getKey(), entry.getValue());
      count += versions.size();
      if (ads != null) {
        ads.remember(entry.getKey(), versions);
      }
    }
    if (count > 0) {
      Log.CONFIG.info("began with " + count + " resources of the last good configuration");
    }
  }

  @Override
  public void onPublished(Snapshot snapshot) {
    if (owner && !scheduled && configuration.isFed()) {
      scheduled = true;
      main.loop().schedule(this::save, SETTLE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Another process wrote until now; from now on this one does. */
  void own(Snapshot now) {
    owner = true;
    onPublished(now);
  }

  /** Another process writes from now on; waits for a write that is under way. */
  void leave() {
    owner = false;
    close();
  }

  private void save() {
    scheduled = false;
    if (!owner) {
      return;
    }
    byte[] now = StateFile.encode(configuration.received());
    if (Arrays.equals(now, stored)) {
      return;
    }
    stored = now;
    // a disk may be slow, and the loop answers probes
    Thread.ofPlatform().daemon(true).name("outrigger-state").start(() -> write(now));
  }

  private void write(byte[] bytes) {
    writing.lock();
    try {
      file.store(bytes);
    } catch (IOException e) {
      Log.CONFIG.error("the configuration can't be stored: " + e.getMessage());
    } finally {
      writing.unlock();
    }
  }

  /** Waits for a write that is under way. */
  void close() {
    writing.lock();
    try {
      Log.CONFIG.debug("the stored configuration is whole");
    } finally {
      writing.unlock();
    }
  }
}
