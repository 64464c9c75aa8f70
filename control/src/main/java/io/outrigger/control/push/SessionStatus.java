package io.outrigger.control.push;

import io.outrigger.xds.ResourceSnapshot;
import io.outrigger.xds.TypeStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a proxy stands, as its session last saw it.
 *
 * @param generation of the world that it was last offered
 * @param synced whether it holds all of that and has answered
 * @param problems what of the configuration it can't be sent, and why
 * @param resources what it is brought to; null before its first request
 */
public record SessionStatus(
    long generation,
    boolean synced,
    List<TypeStatus> types,
    List<String> problems,
    @Nullable ResourceSnapshot resources) {
  static final SessionStatus NEW = new SessionStatus(0, false, List.of(), List.of(), null);
}
