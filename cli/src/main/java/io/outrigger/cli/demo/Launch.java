package io.outrigger.cli.demo;

import io.outrigger.cli.local.Child;
import io.outrigger.cli.local.Readiness;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Brings all of a mesh up, in an order in which nobody waits for long. */
final class Launch {
  private final Mesh mesh;
  private final Readiness readiness = new Readiness();

  Launch(Mesh mesh) {
    this.mesh = mesh;
  }

  /** Starts everything; a sentence of what is wrong, or null when all are ready. */
  @Nullable String start() throws IOException, InterruptedException {
    String taken = portTaken();
    if (taken != null) {
      return taken;
    }
    mesh.startControl();
    if (!mesh.awaitControl()) {
      return "the control plane isn't ready; its log: " + mesh.child("control").log();
    }
    for (Instance instance : Instance.ALL) {
      mesh.start(instance);
    }
    for (Instance instance : Instance.ALL) {
      if (!awaitReady(instance)) {
        return instance.name() + " isn't ready; its log: " + mesh.child(instance.name()).log();
      }
    }
    boolean served =
        Readiness.await(
            DemoCommand.START_LIMIT, () -> readiness.answers(DemoCommand.frontend().toString()));
    return served ? null : "the shop doesn't answer at " + DemoCommand.frontend();
  }

  /** Whether an instance's sidecar is live and its application answers. */
  boolean awaitReady(Instance instance) throws InterruptedException {
    Child child = mesh.child(instance.name());
    String sidecar = "http://127.0.0.1:" + instance.adminPort() + "/ready";
    String application = "http://127.0.0.1:" + instance.appPort() + "/";
    return Readiness.await(
            DemoCommand.START_LIMIT,
            () -> {
              if (!child.alive()) {
                return true;
              }
              // a front end whose callees are not there yet answers 502: it is up all the same
              return readiness.answers(sidecar)
                  && (instance.service().equals("frontend")
                      || instance.service().equals("reviews")
                      || readiness.answers(application));
            })
        && child.alive();
  }

  private static @Nullable String portTaken() {
    List<Integer> ports =
        new ArrayList<>(
            List.of(Mesh.CONTROL_PORT, Mesh.CONTROL_PLAIN_PORT, Mesh.CONTROL_PAGES_PORT));
    for (Instance i : Instance.ALL) {
      ports.addAll(List.of(i.inboundPort(), i.appPort(), i.proxyPort(), i.adminPort()));
    }
    for (int port : ports) {
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        assert socket.isBound();
      } catch (IOException e) {
        return "port "
            + port
            + " of 127.0.0.1 is in use; the demo needs it (is another demo running?)";
      }
    }
    return null;
  }
}
