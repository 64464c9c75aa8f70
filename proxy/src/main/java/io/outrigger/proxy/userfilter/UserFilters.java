package io.outrigger.proxy.userfilter;

import io.outrigger.config.filter.UserFilterConfig;
import io.outrigger.filter.FilterConfig;
import io.outrigger.filter.FilterConfigException;
import io.outrigger.filter.FilterMaker;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.stats.StatStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** All filters of users' own in this process: what is loaded, and what is on. Any thread. */
public final class UserFilters implements AutoCloseable {
  private final StatStore store;
  private final Watchdog watchdog = new Watchdog();
  private final Map<String, FilterSwitch> switches = new ConcurrentSkipListMap<>();
  private final Map<Integer, Guard> guards = new ConcurrentHashMap<>();
  private volatile Map<String, LoadedFilter> loaded = Map.of();
  private @Nullable FilterFolder folder;

  public UserFilters(StatStore store) {
    this.store = store;
  }

  /** Loads the jars of a folder, and follows it. */
  public void follow(Path jars) throws IOException {
    FilterFolder followed = new FilterFolder(jars, this::take);
    followed.start();
    folder = followed;
  }

  private void take(Map<String, LoadedFilter> next) {
    Map<String, LoadedFilter> before = loaded;
    for (LoadedFilter filter : next.values()) {
      LoadedFilter old = before.get(filter.type());
      FilterSwitch switched = switches.get(filter.type());
      if (switched != null && old != null && old.generation() != filter.generation()) {
        switched.on(); // what was wrong with the old one says nothing about the new one
      }
    }
    loaded = next;
  }

  @Override
  public void close() {
    watchdog.close();
    if (folder != null) {
      folder.close();
    }
  }

  /** The filter of a type, or null. */
  @Nullable LoadedFilter find(String type) {
    return loaded.get(type);
  }

  FilterSwitch switchOf(String type) {
    return switches.computeIfAbsent(type, name -> new FilterSwitch(name, store));
  }

  Collection<FilterSwitch> switches() {
    return switches.values();
  }

  Guard guard(int worker) {
    return guards.computeIfAbsent(
        worker,
        index -> {
          Guard made = new Guard(index);
          watchdog.watch(made);
          return made;
        });
  }

  /** Configures a filter; null, with a line in the log, if it can't be. */
  static @Nullable FilterMaker maker(LoadedFilter filter, UserFilterConfig config) {
    try {
      return filter.provider().configure(FilterConfig.of(config.fields()));
    } catch (FilterConfigException e) {
      Log.FILTER.error("filter " + config.type() + " refuses its configuration: " + e.getMessage());
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      Log.FILTER.error("filter " + config.type() + " failed while it was configured", e);
    }
    return null;
  }

  /** Says once what a configuration names and no jar brings. */
  void missing(String type) {
    Log.FILTER.error(
        "no jar brings the filter "
            + type
            + (folder == null ? "; --filters names the folder of jars" : "")
            + "; loaded are "
            + new TreeSet<>(loaded.keySet()));
  }

  /** Switches a filter by hand; false if none of that type was ever used. */
  public boolean set(String type, boolean on) {
    FilterSwitch found = switches.get(type);
    if (found == null) {
      return false;
    }
    if (on) {
      found.on();
    } else {
      found.off("by hand");
    }
    return true;
  }

  /** A line a filter: type, jar, on or off and why, strikes. */
  public String text() {
    StringBuilder out = new StringBuilder();
    TreeSet<String> types = new TreeSet<>(loaded.keySet());
    types.addAll(switches.keySet());
    for (String type : types) {
      LoadedFilter filter = loaded.get(type);
      FilterSwitch used = switches.get(type);
      out.append(type).append("  ").append(filter == null ? "no jar" : filter.jar());
      if (used == null) {
        out.append("  not used");
      } else {
        out.append(used.isOn() ? "  on" : "  off: " + used.why());
        out.append("  strikes ").append(used.strikes());
      }
      out.append('\n');
    }
    return out.toString();
  }
}
