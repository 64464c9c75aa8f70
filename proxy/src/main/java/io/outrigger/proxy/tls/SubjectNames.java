package io.outrigger.proxy.tls;

import io.outrigger.config.match.StringMatcher;
import io.outrigger.config.tls.SanMatcher;
import java.util.List;
import java.util.Locale;

/** Tests a certificate's subject alternative names, of the type that each matcher asks for. */
public final class SubjectNames {
  private SubjectNames() {}

  /** Whether one of the matchers accepts one of the names. */
  static boolean match(List<SanMatcher> matchers, PeerIdentity peer) {
    for (SanMatcher matcher : matchers) {
      if (matches(matcher, peer)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the matcher accepts one of the names. */
  public static boolean matches(SanMatcher matcher, PeerIdentity peer) {
    StringMatcher text = matcher.matcher();
    return switch (matcher.type()) {
      case URI -> any(text, peer.uriSans());
      case EMAIL -> any(text, peer.emailSans());
      case IP_ADDRESS -> any(text, peer.ipSans());
      case DNS -> dns(text, peer.dnsSans());
      case OTHER_NAME -> any(text, peer.otherNames(matcher.oid()));
      case ANY ->
          any(text, peer.uriSans())
              || dns(text, peer.dnsSans())
              || any(text, peer.emailSans())
              || any(text, peer.ipSans());
    };
  }

  private static boolean any(StringMatcher matcher, List<String> names) {
    for (String name : names) {
      if (matcher.matches(name)) {
        return true;
      }
    }
    return false;
  }

  /** An exact name also meets a certificate's wildcard; the other kinds see the text as it is. */
  private static boolean dns(StringMatcher matcher, List<String> names) {
    for (String name : names) {
      if (matcher.kind() == StringMatcher.Kind.EXACT
          ? covers(name, matcher.text())
          : matcher.matches(name)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a certificate's DNS name, perhaps with a wildcard, stands for this host. */
  static boolean covers(String pattern, String host) {
    String certified = pattern.toLowerCase(Locale.ROOT);
    String wanted = host.toLowerCase(Locale.ROOT);
    if (certified.equals(wanted)) {
      return true;
    }
    // RFC 6125 section 6.4.3: a wildcard stands for one whole label, the leftmost
    int dot = wanted.indexOf('.');
    return certified.startsWith("*.")
        && dot > 0
        && wanted.substring(dot).equals(certified.substring(1));
  }
}
