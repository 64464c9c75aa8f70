package io.outrigger.proxy.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.identity.CertificateAuthority;
import io.outrigger.identity.Pem;
import io.outrigger.identity.RotationClock;
import io.outrigger.identity.SigningResult;
import io.outrigger.identity.SpiffeId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateRenewalTest implements CertificateSource, CertificateRenewal.Listener {
  private static final SpiffeId REVIEWS = new SpiffeId("cluster.local", "shop", "reviews");
  private static final Duration LIFETIME = Duration.ofSeconds(20);

  private record Waiting(Instant at, int order, Runnable action) implements Comparable<Waiting> {
    @Override
    public int compareTo(Waiting other) {
      int byTime = at.compareTo(other.at);
      return byTime != 0 ? byTime : Integer.compare(order, other.order);
    }
  }

  private record Asked(@Nullable String token, @Nullable WorkloadCertificate holding) {}

  @TempDir Path directory;
  private Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private final PriorityQueue<Waiting> timers = new PriorityQueue<>();
  private final List<WorkloadCertificate> certificates = new ArrayList<>();
  private final List<String> denials = new ArrayList<>();
  private final List<Asked> asked = new ArrayList<>();
  private List<X509Certificate> trusted = List.of();
  private CertificateAuthority authority;
  private SpiffeId signedAs = REVIEWS;
  private @Nullable CertificateAnswer instead;
  private @Nullable CertificateAnswer insteadOfToken;

  @BeforeEach
  void open() throws Exception {
    authority = CertificateAuthority.open(directory.resolve("ca"), "cluster.local", () -> now);
    Files.writeString(directory.resolve("token"), "the-token\n");
    Files.writeString(directory.resolve("roots.pem"), authority.rootPem());
  }

  private void start() throws Exception {
    SidecarOptions options =
        SidecarArguments.parse(
            Role.SIDECAR,
            List.of(
                "--service",
                "reviews",
                "--namespace",
                "shop",
                "--app-port",
                "9080",
                "--lifetime",
                "20s",
                "--ca-file",
                "unused",
                "--token-file",
                directory.resolve("token").toString()));
    timers.clear();
    new CertificateRenewal(
            options,
            this,
            new CertificateFiles(directory.resolve("state")),
            new TrustedRoots(directory.resolve("roots.pem"), directory.resolve("state")),
            new RotationClock(new Random(1)),
            (wait, action) -> timers.add(new Waiting(now.plus(wait), timers.size(), action)),
            () -> now,
            this)
        .start();
  }

  @Override
  public void request(
      String csr,
      Duration lifetime,
      @Nullable String token,
      @Nullable WorkloadCertificate holding,
      Consumer<CertificateAnswer> answer) {
    asked.add(new Asked(token, holding));
    CertificateAnswer other = token != null && insteadOfToken != null ? insteadOfToken : instead;
    if (other != null) {
      answer.accept(other);
      return;
    }
    SigningResult result = authority.sign(csr, signedAs, lifetime);
    answer.accept(
        switch (result) {
          case SigningResult.Signed signed -> new CertificateAnswer.Granted(signed.chain());
          case SigningResult.Refused refused -> new CertificateAnswer.Denied(refused.reason());
          case SigningResult.Unavailable none -> new CertificateAnswer.Unreachable(none.reason());
        });
  }

  @Override
  public void onCertificate(WorkloadCertificate certificate) {
    certificates.add(certificate);
  }

  @Override
  public void onRoots(List<X509Certificate> roots) {
    trusted = roots;
  }

  @Override
  public void onDenied(String reason) {
    denials.add(reason);
  }

  private void runUntil(Instant end) {
    while (!timers.isEmpty() && !timers.peek().at().isAfter(end)) {
      Waiting next = timers.remove();
      now = next.at();
      next.action().run();
    }
    now = end;
  }

  @Test
  void theFirstIsAskedForWithTheTokenAndRenewedAtHalfLifeWithANewKey() throws Exception {
    start();
    assertThat(certificates).hasSize(1);
    assertThat(asked).containsExactly(new Asked("the-token", null));
    assertThat(certificates.getFirst().id()).isEqualTo(REVIEWS);
    assertThat(certificates.getFirst().chain()).hasSize(1);
    assertThat(certificates.getFirst().roots()).containsExactly(authority.root());
    assertThat(trusted).containsExactly(authority.root());
    Instant begin = now;
    runUntil(begin.plusSeconds(9));
    assertThat(certificates).hasSize(1);
    runUntil(begin.plusSeconds(11));
    assertThat(certificates).hasSize(2);
    assertThat(asked.get(1).holding()).isEqualTo(certificates.getFirst());
    assertThat(certificates.get(1).key()).isNotEqualTo(certificates.getFirst().key());
    runUntil(begin.plusSeconds(100));
    assertThat(certificates).hasSizeBetween(9, 12);
  }

  @Test
  void aRestartUsesWhatWasKept() throws Exception {
    start();
    Path key = directory.resolve("state/key.pem");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    instead = new CertificateAnswer.Unreachable("connection refused");
    now = now.plusSeconds(5);
    start();
    assertThat(asked).hasSize(1);
    assertThat(certificates).hasSize(2);
    assertThat(certificates.get(1)).isEqualTo(certificates.getFirst());
    now = now.plusSeconds(16);
    start();
    assertThat(certificates).as("expired").hasSize(2);
    instead = null;
    runUntil(now.plusSeconds(1));
    assertThat(certificates).hasSize(3);
  }

  @Test
  void anAbsentControlPlaneIsAskedWithBackOffAndTheOldOneStaysInForce() throws Exception {
    start();
    instead = new CertificateAnswer.Unreachable("connection refused");
    Instant begin = now;
    runUntil(begin.plusSeconds(600));
    assertThat(certificates).hasSize(1);
    assertThat(denials).isEmpty();
    assertThat(asked).hasSizeBetween(60, 200);
    instead = null;
    runUntil(now.plusSeconds(31));
    assertThat(certificates).hasSizeGreaterThan(1);
  }

  @Test
  void aRefusalBeforeTheFirstIsTheEnd() throws Exception {
    instead = new CertificateAnswer.Denied("the token expired");
    start();
    assertThat(denials).hasSize(1);
    assertThat(denials.getFirst())
        .contains("the token expired")
        .contains("issue a token for spiffe://cluster.local/ns/shop/sa/reviews");
    assertThat(timers).isEmpty();
  }

  @Test
  void anExpiredTokenDoesNoHarmWhileTheCertificateProvesWhoAsks() throws Exception {
    start();
    insteadOfToken = new CertificateAnswer.Denied("the token expired");
    runUntil(now.plusSeconds(11));
    assertThat(certificates).hasSize(2);
    assertThat(asked).extracting(Asked::token).containsExactly("the-token", "the-token", null);
  }

  @Test
  void aTokenOfAnotherServiceGetsNoCertificate() throws Exception {
    signedAs = new SpiffeId("cluster.local", "shop", "ratings");
    start();
    assertThat(certificates).isEmpty();
    assertThat(denials.getFirst()).contains("the caller is " + signedAs);
  }

  @Test
  void aCertificateOfAnotherKeyIsNotTaken() throws Exception {
    start();
    instead =
        new CertificateAnswer.Granted(List.of(Pem.certificates(certificates.getFirst().chain())));
    runUntil(now.plusSeconds(11));
    assertThat(certificates).hasSize(1);
    instead = new CertificateAnswer.Granted(List.of("rubbish"));
    runUntil(now.plusSeconds(3));
    assertThat(certificates).hasSize(1);
    instead = null;
    runUntil(now.plusSeconds(31));
    assertThat(certificates.size()).isGreaterThan(1);
  }

  @Test
  void whatIsKeptOfAnotherWorkloadOrBrokenIsIgnored() throws Exception {
    start();
    Files.writeString(directory.resolve("state/cert-chain.pem"), "rubbish");
    start();
    assertThat(asked).hasSize(2);
  }
}
