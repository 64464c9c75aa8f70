package io.outrigger.control.world;

/** The rules of host names in Istio's resources: short names, wildcards, which is closer. */
public final class Hosts {
  private Hosts() {}

  /** A name without dots is a Kubernetes service of the namespace where it was written. */
  public static String resolve(String host, String namespace, String domain) {
    return host.indexOf('.') >= 0 || host.startsWith("*")
        ? host
        : host + "." + namespace + ".svc." + domain;
  }

  /**
   * Whether a pattern, perhaps {@code *} or {@code *.suffix}, covers a host or a narrower pattern.
   */
  public static boolean covers(String pattern, String host) {
    if (!pattern.startsWith("*")) {
      return pattern.equals(host);
    }
    String suffix = pattern.substring(1);
    return host.startsWith("*")
        ? host.substring(1).endsWith(suffix)
        : host.length() >= suffix.length() && host.endsWith(suffix);
  }

  /** Whether {@code a} is the closer of two patterns that cover the same host. */
  public static boolean closer(String a, String b) {
    boolean wildA = a.startsWith("*");
    boolean wildB = b.startsWith("*");
    return wildA != wildB ? wildB : a.length() > b.length();
  }
}
