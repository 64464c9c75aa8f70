package io.outrigger.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.testkit.Program;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The hosts of one service, each a process, told and signalled what to do by their number. */
final class ChaosHosts implements AutoCloseable {
  private final CallerMesh mesh;
  private final String service;
  private final List<Program> programs = new ArrayList<>();

  /** Starts them all, and waits until the sidecar knows them. */
  ChaosHosts(CallerMesh mesh, String service) throws IOException {
    this.mesh = mesh;
    this.service = service;
    for (int port : mesh.ports(service)) {
      programs.add(mesh.start(service, ChaosUpstream.command(port, notes(port))));
    }
    for (int port : mesh.ports(service)) {
      mesh.await(service + " is up", () -> RawClient.get(port, "/mode/ok").contains("200"));
    }
    mesh.awaitHosts(service);
  }

  /** How it answers from now on. */
  void tell(int host, String mode) throws IOException {
    String answer = RawClient.get(mesh.ports(service).get(host), "/mode/" + mode);
    assertThat(answer).contains("200");
  }

  void signal(int host, String signal) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-" + signal, Long.toString(programs.get(host).pid()))
            .inheritIO()
            .start();
    assertThat(kill.waitFor()).isZero();
  }

  Program program(int host) {
    return programs.get(host);
  }

  /** How many of them the page of clusters shows as ejected. */
  long ejected() throws IOException {
    return RawClient.get(mesh.admin(), "/clusters")
        .lines()
        .filter(
            line ->
                line.startsWith(CallerMesh.cluster(service))
                    && line.contains("failed_outlier_check"))
        .count();
  }

  /** How often each request was read whole, by all of them. */
  Map<String, Integer> executed() throws IOException {
    Map<String, Integer> times = new HashMap<>();
    for (int port : mesh.ports(service)) {
      for (String id : ChaosUpstream.read(notes(port))) {
        times.merge(id, 1, Integer::sum);
      }
    }
    return times;
  }

  private Path notes(int port) {
    return mesh.directory().resolve(service + "-" + port + ".notes");
  }

  @Override
  public void close() {
    programs.forEach(Program::close);
  }
}
