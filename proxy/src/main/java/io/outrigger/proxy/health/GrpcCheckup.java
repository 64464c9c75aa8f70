package io.outrigger.proxy.health;

import io.outrigger.config.cluster.HealthCheck;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.grpc.GrpcCall;
import io.outrigger.proxy.grpc.GrpcRequest;
import io.outrigger.proxy.grpc.GrpcRequest.Metadata;
import io.outrigger.proxy.grpc.GrpcStatus;
import io.outrigger.proxy.grpc.GrpcStream;
import io.outrigger.proxy.stream.ClientConnection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** grpc_health_check: calls grpc.health.v1.Health/Check, which must say SERVING. */
final class GrpcCheckup extends HttpConnectionCheckup {
  private final HealthCheck.Grpc config;
  private final byte[] request;
  private @Nullable Answer current;

  GrpcCheckup(CheckScope scope, Host host, HealthCheck.Grpc config, Verdict verdict) {
    super(scope, host, true, verdict);
    this.config = config;
    this.request = HealthMessages.request(config.serviceName());
  }

  @Override
  void send(ClientConnection connection) {
    Answer next = new Answer();
    current = next;
    GrpcCall call =
        GrpcCall.start(
            scope.worker(),
            connection,
            scheme(),
            scope.authority(host, config.authority()),
            new GrpcRequest(HealthMessages.CHECK, metadata(), 0), // the time-out is the session's
            next);
    call.send(request);
    call.halfClose();
  }

  private List<Metadata> metadata() {
    List<Metadata> metadata = new ArrayList<>();
    metadata.add(new Metadata("grpc-timeout", scope.config().timeoutMillis() + "m"));
    metadata.add(new Metadata("user-agent", "Envoy/HC"));
    Headers block = scope.worker().headers().take();
    CheckEntry.apply(config.initialMetadata(), block, scope, true);
    for (int slot = 0; slot < block.slots(); slot++) {
      if (block.isLive(slot)) {
        metadata.add(new Metadata(block.nameText(slot), block.value(slot)));
      }
    }
    scope.worker().headers().give(block);
    return metadata;
  }

  @Override
  void forget() {
    current = null;
  }

  /** What one call brings. */
  private final class Answer implements GrpcStream.Listener {
    private boolean serving;

    @Override
    public void onMessage(byte[] message) {
      serving = HealthMessages.isServing(message);
    }

    @Override
    @SuppressWarnings("ReferenceEquality")
    public void onClose(GrpcStatus status, @Nullable Headers trailers) {
      if (this != current) {
        return;
      }
      if (trailers == null) { // cut off before the server said how it went
        lost();
        return;
      }
      forget();
      ended();
      if (status.isOk() && serving) {
        verdict.healthy(false);
      } else {
        verdict.unhealthy(FailureType.ACTIVE, false, 0);
      }
    }
  }
}
