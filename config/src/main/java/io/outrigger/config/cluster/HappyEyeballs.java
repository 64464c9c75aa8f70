package io.outrigger.config.cluster;

import io.envoyproxy.envoy.config.cluster.v3.UpstreamConnectionOptions;
import io.outrigger.config.compile.Unsigned;

/**
 * In which order the addresses of one host are tried (RFC 8305 section 4).
 *
 * @param first whose addresses come first
 * @param count how many of them, before one of the others
 */
public record HappyEyeballs(First first, int count) {
  /** One of each in turn, beginning with the host's own address. */
  public static final HappyEyeballs DEFAULT = new HappyEyeballs(First.ANY, 1);

  /** A family of addresses; ANY is that of the host's own address. */
  public enum First {
    ANY,
    V4,
    V6
  }

  static HappyEyeballs compile(UpstreamConnectionOptions options) {
    if (!options.hasHappyEyeballsConfig()) {
      return DEFAULT;
    }
    UpstreamConnectionOptions.HappyEyeballsConfig proto = options.getHappyEyeballsConfig();
    First first =
        switch (proto.getFirstAddressFamilyVersion()) {
          case V4 -> First.V4;
          case V6 -> First.V6;
          case DEFAULT, UNRECOGNIZED -> First.ANY;
        };
    return new HappyEyeballs(
        first,
        Math.max(
            1,
            Unsigned.orElse(
                proto.hasFirstAddressFamilyCount(), proto.getFirstAddressFamilyCount(), 1)));
  }
}
