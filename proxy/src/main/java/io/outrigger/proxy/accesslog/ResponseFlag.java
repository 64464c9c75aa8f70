package io.outrigger.proxy.accesslog;

import org.jspecify.annotations.Nullable;

/** What went wrong with a request or connection, under Envoy's short and long names. */
@SuppressWarnings("EnumOrdinal") // sets of flags live in this process only
public enum ResponseFlag {
  LH("FailedLocalHealthCheck"),
  UH("NoHealthyUpstream"),
  UT("UpstreamRequestTimeout"),
  LR("LocalReset"),
  UR("UpstreamRemoteReset"),
  UF("UpstreamConnectionFailure"),
  UC("UpstreamConnectionTermination"),
  UO("UpstreamOverflow"),
  NR("NoRouteFound"),
  DI("DelayInjected"),
  FI("FaultInjected"),
  RL("RateLimited"),
  UAEX("UnauthorizedExternalService"),
  RLSE("RateLimitServiceError"),
  DC("DownstreamConnectionTermination"),
  URX("UpstreamRetryLimitExceeded"),
  SI("StreamIdleTimeout"),
  IH("InvalidEnvoyRequestHeaders"),
  DPE("DownstreamProtocolError"),
  UMSDR("UpstreamMaxStreamDurationReached"),
  RFCF("ResponseFromCacheFilter"),
  NFCF("NoFilterConfigFound"),
  DT("DurationTimeout"),
  UPE("UpstreamProtocolError"),
  NC("NoClusterFound"),
  OM("OverloadManager"),
  DF("DnsResolutionFailed"),
  DO("DropOverLoad"),
  DR("DownstreamRemoteReset"),
  UDO("UnconditionalDropOverload");

  private static final ResponseFlag[] ALL = values();

  private final String longName;

  ResponseFlag(String longName) {
    this.longName = longName;
  }

  /** As %RESPONSE_FLAGS% prints it. */
  public String shortName() {
    return name();
  }

  /** As %RESPONSE_FLAGS_LONG% prints it. */
  public String longName() {
    return longName;
  }

  /**
   * {@code flags} with this one set. A set of flags is a long that holds them in the order in which
   * they were set, a byte each, the first lowest; 0 is none. A ninth flag is dropped.
   */
  public long addTo(long flags) {
    if (isIn(flags)) {
      return flags;
    }
    int shift = 64 - Long.numberOfLeadingZeros(flags) + 7 & ~7;
    return shift > 56 ? flags : flags | (long) (ordinal() + 1) << shift;
  }

  public boolean isIn(long flags) {
    for (long rest = flags; rest != 0; rest >>>= 8) {
      if ((rest & 0xff) == ordinal() + 1) {
        return true;
      }
    }
    return false;
  }

  /** The flag set {@code index}th (from 0), or null where fewer are set. */
  public static @Nullable ResponseFlag at(long flags, int index) {
    int value = index > 7 ? 0 : (int) (flags >>> (8 * index) & 0xff);
    return value == 0 ? null : ALL[value - 1];
  }

  /** The short names in their order with commas between them; {@code -} for none. */
  public static String text(long flags) {
    ResponseFlag flag = at(flags, 0);
    if (flag == null) {
      return "-";
    }
    StringBuilder text = new StringBuilder(flag.shortName());
    for (int i = 1; (flag = at(flags, i)) != null; i++) {
      text.append(',').append(flag.shortName());
    }
    return text.toString();
  }
}
