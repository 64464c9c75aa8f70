package io.outrigger.control.grpc;

import com.google.protobuf.MessageLite;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.outrigger.control.push.Session;
import io.outrigger.control.push.Sessions;
import io.outrigger.xds.AdsServer;
import io.outrigger.xds.DeltaServer;
import io.outrigger.xds.SotwServer;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** The aggregated discovery service, in both protocols: each stream becomes a session. */
public final class DiscoveryService {
  private final Sessions sessions;
  private final boolean identityRequired;

  /**
   * @param identityRequired whether a stream without a client certificate is refused: on the port
   *     with TLS, but not on loopback's plaintext port
   */
  public DiscoveryService(Sessions sessions, boolean identityRequired) {
    this.sessions = sessions;
    this.identityRequired = identityRequired;
  }

  public ServerServiceDefinition definition() {
    return ServerServiceDefinition.builder("envoy.service.discovery.v3.AggregatedDiscoveryService")
        .addMethod(Methods.STREAM, handler(SotwServer::new))
        .addMethod(Methods.DELTA, handler(DeltaServer::new))
        .build();
  }

  private <Q extends MessageLite, R extends MessageLite> ServerCallHandler<Q, R> handler(
      Supplier<AdsServer<Q, R>> protocol) {
    return (call, headers) -> start(call, protocol.get());
  }

  private <Q extends MessageLite, R extends MessageLite> ServerCall.Listener<Q> start(
      ServerCall<Q, R> call, AdsServer<Q, R> protocol) {
    String identity = PeerIdentity.of(call.getAttributes());
    if (identity == null && identityRequired) {
      call.close(
          Status.UNAUTHENTICATED.withDescription(
              "configuration is given for a client certificate only: ask CreateCertificate for one"),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    CallWire<R> wire = new CallWire<>(call);
    Session<Q, R> session = sessions.open(protocol, wire, identity);
    call.sendHeaders(new Metadata());
    call.request(1);
    return new ServerCall.Listener<>() {
      @Override
      public void onMessage(Q message) {
        session.receive(message);
        call.request(1);
      }

      @Override
      public void onReady() {
        wire.wake();
      }

      @Override
      public void onHalfClose() {
        wire.finish();
        session.close();
      }

      @Override
      public void onCancel() {
        wire.gone();
        session.close();
      }
    };
  }

  /** A call as a session writes to it; blocks the session's thread while the peer is slow. */
  private static final class CallWire<R> implements Session.Wire<R> {
    private final ServerCall<?, R> call;
    private final Semaphore woken = new Semaphore(0);
    private volatile boolean gone;

    CallWire(ServerCall<?, R> call) {
      this.call = call;
    }

    void wake() {
      woken.release();
    }

    void gone() {
      gone = true;
      woken.release();
    }

    @Override
    public boolean awaitReady() throws InterruptedException {
      while (!gone && !call.isReady()) {
        woken.acquire();
      }
      return !gone;
    }

    @Override
    public void send(R response) {
      synchronized (this) {
        if (!gone) {
          call.sendMessage(response);
        }
      }
    }

    @Override
    public void refuse(String reason) {
      close(Status.PERMISSION_DENIED.withDescription(reason));
    }

    void finish() {
      close(Status.OK);
    }

    private void close(Status status) {
      synchronized (this) {
        if (!gone) {
          gone = true;
          call.close(status, new Metadata());
        }
      }
      woken.release();
    }
  }
}
