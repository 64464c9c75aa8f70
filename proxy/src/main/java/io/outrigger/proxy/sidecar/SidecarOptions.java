package io.outrigger.proxy.sidecar;

import io.outrigger.identity.SpiffeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a sidecar or gateway was told on its command line.
 *
 * @param service the service that the application is an instance of
 * @param id who the workload is to be certified as
 * @param instance the instance's name, the same after a restart
 * @param workload what the instance comes from
 * @param appPort where the application listens on loopback; 0 where all ports are intercepted
 * @param controlName what the control plane's certificate must be for
 * @param tokenFile null: only a certificate from before can prove who this is
 * @param lifetime how long certificates should live; zero leaves it to the control plane
 * @param address the workload's own address; null: the one from which the control plane is reached
 * @param inboundPort where callers of other machines come in when nothing is intercepted
 * @param healthPort where anybody may ask for /healthz/ready; 0 for none
 * @param statsPort where anybody may ask for /stats/prometheus; 0 for none
 * @param statusPort the agent's port; 0 for none
 * @param httpProxyPort a forward proxy for the application on loopback; 0 for none
 * @param listen {@code HOST:PORT} of the mesh to loopback ports that stand for them
 * @param runAs the command's user, as UID or UID:GID; null for the sidecar's own
 * @param zipkinHost where spans go; null: nothing is traced
 * @param traceSampling the percentage of requests without a trace that begin one
 * @param drainTime how long requests may take to end
 * @param drainMinimum how long new ones are served when it is told to end
 * @param trustedProxies how many proxies before a gateway append to x-forwarded-for truthfully
 * @param restartEpoch takes over from the sidecar before; null: hot restart is off
 * @param consul where to register; null: nowhere
 * @param command what to start; empty for nothing
 */
record SidecarOptions(
    Role role,
    String service,
    SpiffeId id,
    String instance,
    String workload,
    Map<String, String> labels,
    int appPort,
    String controlHost,
    int controlPort,
    String controlName,
    Path caFile,
    @Nullable Path tokenFile,
    Duration lifetime,
    Path stateDir,
    @Nullable String address,
    int adminPort,
    int inboundPort,
    int healthPort,
    int statsPort,
    int statusPort,
    int httpProxyPort,
    Map<String, Integer> listen,
    Interception interception,
    @Nullable String runAs,
    String accessLog,
    @Nullable String zipkinHost,
    int zipkinPort,
    int traceSampling,
    int concurrency,
    String logLevel,
    Duration drainTime,
    Duration drainMinimum,
    int trustedProxies,
    @Nullable String restartEpoch,
    long baseId,
    Duration parentShutdownTime,
    @Nullable ConsulAgent consul,
    List<String> command) {
  /** How the application's traffic reaches the proxy. */
  enum Interception {
    /** By a forward proxy port, loopback ports, and a port for callers. */
    NONE("none", "NONE", false),
    /** By iptables, all of it; the sidecar sets the rules, and takes them away. */
    REDIRECT("redirect", "REDIRECT", false),
    /** The same, and the application sees its callers' own addresses. */
    TPROXY("tproxy", "TPROXY", false),
    /** As REDIRECT, by rules that are there already: a pod's init container set them. */
    APPLIED("applied", "REDIRECT", true),
    /** As TPROXY, by rules that are there already. */
    APPLIED_TPROXY("applied-tproxy", "TPROXY", true);

    /** On the command line. */
    final String word;

    /** What the control plane is told. */
    final String mode;

    /** Whether somebody else sets the rules. */
    final boolean applied;

    Interception(String word, String mode, boolean applied) {
      this.word = word;
      this.mode = mode;
      this.applied = applied;
    }

    /** The rules that the sidecar sets; null for none. */
    io.outrigger.proxy.intercept.Interception.@Nullable Mode rules() {
      return applied || this == NONE
          ? null
          : io.outrigger.proxy.intercept.Interception.Mode.valueOf(mode);
    }
  }
}
