package io.outrigger.control.ca;

import io.outrigger.control.debug.PrometheusText;
import io.outrigger.identity.AuthorityPem;
import io.outrigger.identity.CertificateAuthority;
import io.outrigger.identity.Fingerprint;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The authority of the moment. Another may take its place while the control plane runs; one that
 * can't be used does not. Any thread.
 */
public final class AuthorityInForce implements Supplier<CertificateAuthority> {
  private static final System.Logger LOG = System.getLogger("ca");

  private final String where;
  private final InstantSource clock;
  private final List<Consumer<CertificateAuthority>> listeners = new CopyOnWriteArrayList<>();
  private final LongAdder changes = new LongAdder();
  private final LongAdder refusals = new LongAdder();
  private volatile CertificateAuthority current;

  /** What {@link #current} was made of. */
  private AuthorityPem source;

  /** Why what is in the store now isn't in force; empty: it is. */
  private volatile String refused = "";

  /**
   * The authority in a store, which is made where there is none.
   *
   * @throws IOException if it can't be used: where it is, what was found, and what to do
   */
  public AuthorityInForce(AuthorityStore store, String trustDomain, InstantSource clock)
      throws IOException {
    this.clock = clock;
    this.source = store.open(trustDomain, clock.instant());
    this.where = store.toString(); // after it was opened: it may have found another place
    try {
      this.current = CertificateAuthority.of(source, where, trustDomain, clock);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
    LOG.log(System.Logger.Level.INFO, () -> where + ": " + told(current));
  }

  @Override
  public CertificateAuthority get() {
    return current;
  }

  /** Has each authority told that takes another's place. */
  public void onChanged(Consumer<CertificateAuthority> listener) {
    listeners.add(listener);
  }

  /** Puts what is in the store now in force, if that can be; else what was stays. */
  public synchronized void offer(AuthorityPem pem) {
    if (pem.equals(source)) {
      if (!refused.isEmpty()) {
        refused = "";
        LOG.log(System.Logger.Level.INFO, () -> where + " is again what is in force");
      }
      return;
    }
    CertificateAuthority next;
    try {
      next = CertificateAuthority.of(pem, where, current.trustDomain(), clock);
    } catch (IllegalArgumentException e) {
      refuse(String.valueOf(e.getMessage()));
      return;
    }
    CertificateAuthority before = current;
    source = pem;
    current = next;
    refused = "";
    changes.increment();
    LOG.log(System.Logger.Level.INFO, () -> where + " has changed: " + told(next));
    if (!next.roots().contains(before.root())) {
      LOG.log(
          System.Logger.Level.WARNING,
          () ->
              "the root that certificates were signed under until now, "
                  + Fingerprint.of(before.root())
                  + ", is no longer trusted: workloads that hold one are refused until they have"
                  + " another; trust both roots for a certificate's life to change without a break");
    }
    listeners.forEach(listener -> listener.accept(next));
  }

  /**
   * What is in the store now is of no use: what was in force stays.
   *
   * @param why where, what was found, and what to do
   */
  public synchronized void refuse(String why) {
    if (why.equals(refused)) {
      return;
    }
    refused = why;
    refusals.increment();
    LOG.log(
        System.Logger.Level.ERROR,
        () -> why + "; the authority before it stays in force: " + told(current));
  }

  private static String told(CertificateAuthority authority) {
    X509Certificate signing = authority.signing();
    return "signs by "
        + Fingerprint.of(signing)
        + (signing.equals(authority.root()) ? ", a root" : ", an intermediate")
        + " until "
        + signing.getNotAfter().toInstant()
        + ", trusts "
        + authority.roots().stream().map(Fingerprint::of).collect(Collectors.joining(", "));
  }

  /** Appends what it has to say in Prometheus' text form; where Istio has a name, by that. */
  public void print(StringBuilder out) {
    CertificateAuthority now = current;
    PrometheusText.gauge(out, "citadel_server_root_cert_expiry_timestamp", expiry(now.root()));
    PrometheusText.gauge(out, "citadel_server_cert_chain_expiry_timestamp", expiry(now.signing()));
    PrometheusText.counter(out, "outrigger_authority_changes", changes.sum());
    PrometheusText.counter(out, "outrigger_authority_refusals", refusals.sum());
    PrometheusText.gauge(out, "outrigger_authority_stale", refused.isEmpty() ? 0 : 1);
  }

  private static long expiry(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant().getEpochSecond();
  }
}
