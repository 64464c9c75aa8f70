package io.outrigger.proxy.runtime;

import io.outrigger.config.runtime.RuntimeLayerConfig;
import io.outrigger.config.runtime.RuntimeValue;
import io.outrigger.config.runtime.RuntimeValues;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.snapshot.Configuration;
import io.outrigger.proxy.snapshot.Held;
import io.outrigger.proxy.snapshot.HeldResources;
import io.outrigger.proxy.snapshot.Need;
import io.outrigger.proxy.source.FileWatches;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.xds.ResourceType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The layers of the runtime, merged into the values in force whenever one of them changes. */
public final class RuntimeLayers implements Configuration.Listener {
  private final List<RuntimeLayerConfig> layers;
  private final List<Map<String, RuntimeValue>> values = new ArrayList<>();
  private final Map<String, RuntimeValue> admin = new HashMap<>();
  private final Map<String, Map<String, RuntimeValue>> delivered = new HashMap<>();
  private final String serviceCluster;
  private final Counter loadSuccess;
  private final Counter loadError;
  private final Counter directoryThere;
  private final Counter directoryMissing;
  private final Gauge keys;
  private final Gauge overrides;

  public RuntimeLayers(List<RuntimeLayerConfig> layers, String serviceCluster, StatStore stats) {
    this.layers = layers;
    this.serviceCluster = serviceCluster;
    loadSuccess = stats.counter("runtime.load_success");
    loadError = stats.counter("runtime.load_error");
    directoryThere = stats.counter("runtime.override_dir_exists");
    directoryMissing = stats.counter("runtime.override_dir_not_exists");
    keys = stats.gauge("runtime.num_keys");
    overrides = stats.gauge("runtime.admin_overrides_active");
    stats.counter("runtime.deprecated_feature_use");
    stats.gauge("runtime.deprecated_feature_seen_since_process_start").set(0, 0);
    stats.gauge("runtime.num_layers").set(0, this.layers.size());
  }

  /** Puts the layers in force and watches those on disk. */
  public void start(FileWatches watches) {
    load();
    for (RuntimeLayerConfig layer : layers) {
      if (layer instanceof RuntimeLayerConfig.Disk disk) {
        Path link = Path.of(disk.symlinkRoot()).toAbsolutePath();
        Path parent = link.getParent();
        try {
          watches.watch(
              parent == null ? link : parent, String.valueOf(link.getFileName()), this::load);
        } catch (IOException e) {
          Log.CONFIG.error("runtime layer " + disk.name() + " can't be watched: " + e.getMessage());
        }
      }
    }
  }

  /** What RTDS is asked for. */
  public List<Need> needs() {
    List<Need> needs = new ArrayList<>();
    for (RuntimeLayerConfig layer : layers) {
      if (layer instanceof RuntimeLayerConfig.Rtds rtds) {
        needs.add(new Need(ResourceType.RTDS, rtds.resource(), rtds.source(), "runtime."));
      }
    }
    return needs;
  }

  @Override
  public void onRuntime(HeldResources<Map<String, RuntimeValue>> resources) {
    delivered.clear();
    for (Held<Map<String, RuntimeValue>> resource : resources.all()) {
      delivered.put(resource.name(), resource.value());
    }
    load();
  }

  /** Sets values of the admin layer; empty ones are taken out. False: there is no such layer. */
  public boolean modify(Map<String, String> changes) {
    if (layers.stream().noneMatch(layer -> layer instanceof RuntimeLayerConfig.Admin)) {
      return false;
    }
    changes.forEach(
        (key, text) -> {
          if (text.isEmpty()) {
            admin.remove(key);
          } else {
            admin.put(key, DiskLayer.value(text));
          }
        });
    load();
    return true;
  }

  private void load() {
    List<Map<String, RuntimeValue>> read = new ArrayList<>();
    Map<String, RuntimeValue> merged = new HashMap<>();
    try {
      for (RuntimeLayerConfig layer : layers) {
        Map<String, RuntimeValue> found = read(layer);
        read.add(found);
        merged.putAll(found);
      }
    } catch (IOException e) {
      Log.CONFIG.warning("the runtime can't be read: " + e);
      loadError.inc(0);
      return;
    }
    // Envoy calls a second directory the override of the first
    long directories =
        layers.stream().filter(layer -> layer instanceof RuntimeLayerConfig.Disk).count();
    (directories > 1 ? directoryThere : directoryMissing).inc(0);
    values.clear();
    values.addAll(read);
    RuntimeValues.replace(merged);
    loadSuccess.inc(0);
    keys.set(0, merged.size());
    overrides.set(0, admin.isEmpty() ? 0 : 1);
  }

  private Map<String, RuntimeValue> read(RuntimeLayerConfig layer) throws IOException {
    if (layer instanceof RuntimeLayerConfig.Static known) {
      return known.values();
    }
    if (layer instanceof RuntimeLayerConfig.Admin) {
      return Map.copyOf(admin);
    }
    if (layer instanceof RuntimeLayerConfig.Rtds rtds) {
      return delivered.getOrDefault(rtds.resource(), Map.of());
    }
    if (layer instanceof RuntimeLayerConfig.Disk disk) {
      Path directory = Path.of(disk.symlinkRoot()).resolve(disk.subdirectory());
      if (disk.appendServiceCluster()) {
        directory = directory.resolve(serviceCluster);
      }
      return Files.isDirectory(directory) ? DiskLayer.read(directory) : Map.of();
    }
    throw new IllegalStateException("unknown RuntimeLayerConfig: " + layer);
  }

  /** What the layers are called. */
  public List<String> names() {
    return layers.stream().map(RuntimeLayerConfig::name).toList();
  }

  /** By key, what each layer says; empty where it says nothing. */
  public Map<String, List<String>> entries() {
    TreeMap<String, List<String>> entries = new TreeMap<>();
    for (int i = 0; i < values.size(); i++) {
      for (Map.Entry<String, RuntimeValue> entry : values.get(i).entrySet()) {
        entries
            .computeIfAbsent(
                entry.getKey(), key -> new ArrayList<>(Collections.nCopies(layers.size(), "")))
            .set(i, entry.getValue().text());
      }
    }
    return entries;
  }
}
