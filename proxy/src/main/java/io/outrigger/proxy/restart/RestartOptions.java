package io.outrigger.proxy.restart;

import org.jspecify.annotations.Nullable;

/**
 * What the command line says of hot restart.
 *
 * @param baseId tells the proxies of one machine apart, {@code --base-id}
 * @param epoch which process of its line this is, {@code --restart-epoch}; {@link #ANY} to find out
 * @param socketPath a file's path, or with {@code @} a name in the abstract namespace; the base id
 *     is appended
 * @param baseIdPath where to write the base id, or null
 * @param startWithoutParent {@code --skip-hot-restart-on-no-parent}
 * @param takeStats not {@code --skip-hot-restart-parent-stats}
 */
public record RestartOptions(
    long baseId,
    int epoch,
    String socketPath,
    int socketMode,
    @Nullable String baseIdPath,
    boolean startWithoutParent,
    boolean takeStats) {
  /** The process that runs now decides: the one after it, or 0 if there is none. */
  public static final int ANY = -1;
}
