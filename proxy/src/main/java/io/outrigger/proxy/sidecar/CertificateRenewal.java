package io.outrigger.proxy.sidecar;

import io.outrigger.identity.CertificateRequest;
import io.outrigger.identity.IssuedChain;
import io.outrigger.identity.KeyPairs;
import io.outrigger.identity.Pem;
import io.outrigger.identity.RotationClock;
import io.outrigger.identity.SpiffeId;
import io.outrigger.proxy.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gets the workload its first certificate, and a new one, with a new key, at each half life.
 *
 * <p>On the configuration loop. A certificate that is in force stays so until the next one is
 * there: a control plane that is away does no harm before it expires.
 */
final class CertificateRenewal {
  private static final Duration SHORTEST_LIMIT = Duration.ofSeconds(1);

  /** Runs something later on the configuration loop. */
  @FunctionalInterface
  interface Timer {
    void after(Duration wait, Runnable action);
  }

  /** Hears of certificates. */
  interface Listener {
    void onCertificate(WorkloadCertificate certificate);

    /** These are trusted from now on. */
    void onRoots(List<X509Certificate> roots);

    /** There is none, and asking again as we are won't give one. */
    void onDenied(String reason);
  }

  private final SidecarOptions options;
  private final CertificateSource source;
  private final CertificateFiles files;
  private final TrustedRoots roots;
  private final RotationClock rotation;
  private final Timer timer;
  private final InstantSource clock;
  private final Listener listener;
  private @Nullable WorkloadCertificate current;
  private int failures;
  private boolean stopped;

  CertificateRenewal(
      SidecarOptions options,
      CertificateSource source,
      CertificateFiles files,
      TrustedRoots roots,
      RotationClock rotation,
      Timer timer,
      InstantSource clock,
      Listener listener) {
    this.options = options;
    this.source = source;
    this.files = files;
    this.roots = roots;
    this.rotation = rotation;
    this.timer = timer;
    this.clock = clock;
    this.listener = listener;
  }

  /** Begins with what a run before has left, or asks. */
  void start() {
    WorkloadCertificate before = files.load(options.id(), clock.instant());
    if (before == null) {
      ask();
      return;
    }
    current = before;
    Log.SECRET.info(
        "certificate of " + before.id() + " from the last run, until " + before.notAfter());
    inForce(before);
    renewFrom(before, before.notBefore());
  }

  private void renewFrom(WorkloadCertificate certificate, Instant received) {
    Instant at = rotation.renewAt(received, certificate.notAfter());
    Duration wait = Duration.between(clock.instant(), at);
    timer.after(wait.isNegative() ? Duration.ZERO : wait, this::ask);
  }

  /** Asks no more, and writes nothing more. On the configuration loop. */
  void stop() {
    stopped = true;
  }

  private void ask() {
    if (stopped) {
      return;
    }
    String token = null;
    Path file = options.tokenFile();
    if (file != null) {
      try {
        token = Files.readString(file).strip();
      } catch (IOException e) {
        Log.SECRET.warning(
            "--token-file " + file + " can't be read (" + e.getMessage() + "); issue one for it");
      }
    }
    request(token);
  }

  private void request(@Nullable String token) {
    WorkloadCertificate holding = current;
    boolean valid = holding != null && holding.validAt(clock.instant());
    if (token == null && !valid) {
      failed(
          new CertificateAnswer.Denied(
              "there is neither a token nor a valid certificate to prove who this is"));
      return;
    }
    KeyPair keys = KeyPairs.ecP256();
    source.request(
        CertificateRequest.pem(keys, options.id()),
        options.lifetime(),
        token,
        valid ? holding : null,
        answer -> {
          if (answer instanceof CertificateAnswer.Granted granted) {
            granted(keys, granted);
          } else if (answer instanceof CertificateAnswer.Denied denied) {
            if (token != null && valid) {
              Log.SECRET.warning(
                  "the token was refused (" + denied.reason() + "); trying the certificate");
              request(null);
            } else {
              failed(denied);
            }
          } else if (answer instanceof CertificateAnswer.Unreachable unreachable) {
            failed(unreachable);
          } else {
            throw new IllegalStateException("unknown CertificateAnswer: " + answer);
          }
        });
  }

  private void granted(KeyPair keys, CertificateAnswer.Granted granted) {
    WorkloadCertificate certificate;
    try {
      certificate = accepted(keys, Pem.certificates(String.join("\n", granted.chain())));
    } catch (IllegalArgumentException e) {
      failed(new CertificateAnswer.Unreachable(String.valueOf(e.getMessage())));
      return;
    }
    if (stopped) {
      return;
    }
    current = certificate;
    failures = 0;
    try {
      files.save(certificate);
    } catch (IOException e) {
      Log.SECRET.warning(
          "the certificate can't be kept in "
              + options.stateDir()
              + " ("
              + e.getMessage()
              + "): a restart will need the control plane");
    }
    Log.SECRET.info("certificate of " + certificate.id() + ", until " + certificate.notAfter());
    inForce(certificate);
    renewFrom(certificate, clock.instant());
  }

  private void inForce(WorkloadCertificate certificate) {
    roots.tell(certificate.roots());
    listener.onRoots(roots.all());
    listener.onCertificate(certificate);
  }

  /** Looks whether the file of roots is another one. */
  void lookForRoots() {
    if (!stopped && roots.look()) {
      listener.onRoots(roots.all());
    }
  }

  private WorkloadCertificate accepted(KeyPair keys, List<X509Certificate> received) {
    X509Certificate leaf = received.getFirst();
    SpiffeId id = SpiffeId.of(leaf);
    if (!leaf.getPublicKey().equals(keys.getPublic())) {
      throw new IllegalArgumentException("the control plane certified another key than ours");
    }
    if (id == null || !id.sameWorkload(options.id())) {
      throw new IllegalArgumentException(
          "the control plane certified " + id + ", asked for was " + options.id());
    }
    IssuedChain issued = IssuedChain.of(received);
    return new WorkloadCertificate(
        id,
        keys.getPrivate(),
        issued.chain(),
        issued.roots().isEmpty() ? roots.all() : issued.roots());
  }

  /** Certificates that live for seconds can't wait for half a minute. */
  private Duration retryAfter(@Nullable WorkloadCertificate holding) {
    Duration wait = rotation.retryAfter(failures);
    if (holding == null) {
      return wait;
    }
    Duration life = Duration.between(holding.notBefore(), holding.notAfter()).dividedBy(20);
    Duration longest = life.compareTo(SHORTEST_LIMIT) < 0 ? SHORTEST_LIMIT : life;
    return wait.compareTo(longest) < 0 ? wait : longest;
  }

  private void failed(CertificateAnswer answer) {
    failures++;
    WorkloadCertificate holding = current;
    Duration wait = retryAfter(holding);
    String what =
        holding == null
            ? "no certificate yet"
            : holding.validAt(clock.instant())
                ? "the certificate isn't renewed, and ends " + holding.notAfter()
                : "the certificate has expired: no mutual TLS until it is renewed";
    String again = "; asking again in " + wait.toMillis() + " ms";
    if (answer instanceof CertificateAnswer.Denied denied) {
      String remedy = "issue a token for " + options.id() + " and write it to --token-file";
      if (holding == null) {
        listener.onDenied(denied.reason() + "; " + remedy);
        return;
      }
      Log.SECRET.error(what + ": " + denied.reason() + "; " + remedy + again);
    } else if (answer instanceof CertificateAnswer.Unreachable unreachable) {
      Log.SECRET.warning(
          what
              + ": control plane "
              + options.controlHost()
              + ":"
              + options.controlPort()
              + ": "
              + unreachable.reason()
              + again);
    } else {
      throw new IllegalArgumentException("not a failure");
    }
    timer.after(wait, this::ask);
  }
}
