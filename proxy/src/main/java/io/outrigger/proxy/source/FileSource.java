package io.outrigger.proxy.source;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.outrigger.config.source.ConfigSource;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.snapshot.Configuration;
import io.outrigger.proxy.snapshot.Need;
import io.outrigger.xds.AdsClient;
import io.outrigger.xds.Rejection;
import io.outrigger.xds.ResourceType;
import io.outrigger.xds.ResourceUpdate;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file as a source: read at once, and again when another is moved into its place. A file that is
 * broken changes nothing.
 */
final class FileSource implements Source {
  private final Need need;
  private final String path;
  private final boolean rejectUnknown;
  private final Configuration configuration;
  // the protocol's own bookkeeping of what is held and what is gone; nothing is sent
  private final AdsClient client = AdsClient.sotw(Node.getDefaultInstance());
  private @Nullable WatchedFile file;

  FileSource(
      Need need,
      ConfigSource.File source,
      FileWatches watches,
      boolean rejectUnknown,
      Configuration configuration) {
    this.need = need;
    this.path = source.path();
    this.rejectUnknown = rejectUnknown;
    this.configuration = configuration;
    if (need.isWhole()) {
      client.subscribeAll(need.type());
    } else {
      client.subscribe(need.type(), Set.of(need.name()));
    }
    client.open();
    settle();
    try {
      file = new WatchedFile(watches, path, source.watchedDirectory(), this::load);
    } catch (IOException | RuntimeException e) {
      Log.CONFIG.error(path + " can't be watched: " + e.getMessage());
    }
    load();
  }

  private void load() {
    WatchedFile watched = file;
    configuration.attempted(need.type(), Set.of(need.name()), need.origin());
    DiscoveryResponse response;
    try {
      if (watched == null) {
        throw new IOException("it is not watched");
      }
      response = DiscoveryFile.read(path, watched.read(), rejectUnknown);
    } catch (IOException e) {
      configuration.failed(need, path + " can't be read: " + e.getMessage());
      return;
    } catch (DiscoveryFile.Broken e) {
      if (e.rejected) {
        configuration.rejected(need, e.getMessage() == null ? "" : e.getMessage());
      } else {
        configuration.failed(need, e.getMessage() == null ? "" : e.getMessage());
      }
      return;
    }
    take(response);
  }

  private void take(DiscoveryResponse response) {
    ResourceType type = need.type();
    ResourceUpdate update;
    try {
      update =
          client.receive(
              response.toBuilder().setTypeUrl(type.typeUrl()).setNonce("1").build().toByteString());
    } catch (IOException e) {
      configuration.failed(need, path + ": " + e.getMessage());
      return;
    }
    if (update == null) {
      return;
    }
    List<Rejection> rejections = configuration.take(update, need.origin());
    client.answer(update, rejections);
    settle();
    if (!need.isWhole()
        && update.resources().stream().noneMatch(found -> found.name().equals(need.name()))) {
      configuration.rejected(need, path + " has no " + type.messageName() + " of that name");
    } else if (!rejections.isEmpty()) {
      configuration.giveUp(need);
    }
  }

  private void settle() {
    while (client.poll() != null) {
      Log.CONFIG.debug("read " + path);
    }
  }

  @Override
  public void close() {
    WatchedFile watched = file;
    if (watched != null) {
      watched.close();
    }
  }
}
