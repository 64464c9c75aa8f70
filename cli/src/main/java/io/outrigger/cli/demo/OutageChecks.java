package io.outrigger.cli.demo;

import io.outrigger.cli.local.Child;
import io.outrigger.cli.local.Readiness;
import java.io.IOException;
import java.time.Duration;

/** Assertions about life without a control plane, and with a new one. */
final class OutageChecks {
  private final Check check;
  private final Mesh mesh;
  private final Launch launch;
  private final Edits edits;

  OutageChecks(Check check, Mesh mesh, Launch launch, Edits edits) {
    this.check = check;
    this.mesh = mesh;
    this.launch = launch;
    this.edits = edits;
  }

  void outage() throws IOException, InterruptedException {
    edits.weights(100, 0, 0);
    Client client = new Client();
    Readiness.await(Duration.ofSeconds(5), () -> client.version().equals("v1"));
    Child control = mesh.child("control");
    control.kill();
    boolean dead = control.awaitExit(Duration.ofSeconds(10));
    try (Load load = new Load(DemoCommand.frontend())) {
      load.start(50);
      Readiness.await(Duration.ofSeconds(2), () -> false);
      check.report(
          dead && load.bad() == 0 && load.good() > 0,
          "with the control plane killed, traffic goes on",
          load.good() + " requests, " + load.bad() + " failed" + TrafficChecks.first(load));
    }
    restartSidecar(client);
    mesh.startControl();
    boolean back = mesh.awaitControl();
    long saved = System.nanoTime();
    edits.weights(0, 0, 100);
    boolean applied = Readiness.await(Duration.ofSeconds(40), () -> client.version().equals("v3"));
    check.report(
        back && applied,
        "a new control plane takes over, and an edit reaches the proxies",
        "after %.1f s".formatted((System.nanoTime() - saved) / 1e9));
  }

  private void restartSidecar(Client client) throws IOException, InterruptedException {
    Instance instance = Instance.named("catalog-v1");
    Child child = mesh.child(instance.name());
    child.terminate();
    boolean ended = child.awaitExit(Duration.ofSeconds(20));
    mesh.start(instance);
    long start = System.nanoTime();
    boolean ready = launch.awaitReady(instance);
    boolean serves =
        ready
            && Readiness.await(
                Duration.ofSeconds(10),
                () -> new Readiness().answers(DemoCommand.frontend().toString()));
    check.report(
        ended && serves,
        "a sidecar restarts from its last configuration without a control plane",
        "serving after %.1f s".formatted((System.nanoTime() - start) / 1e9));
    Readiness.await(Duration.ofSeconds(5), () -> client.version().equals("v1"));
  }
}
