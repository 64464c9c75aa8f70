package io.outrigger.e2e.differential;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import io.outrigger.api.schema.ProtoJson;
import io.outrigger.api.schema.ProtoYaml;
import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http2.Http2ServerConnection;
import io.outrigger.proxy.http2.Http2Settings;
import io.outrigger.proxy.http2.Http2Stats;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.stream.RequestSink;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ServerStream;
import io.outrigger.proxy.worker.Transport;
import io.outrigger.proxy.worker.Worker;
import io.outrigger.proxy.worker.Workers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A management server for one proxy: each discovery method serves the DiscoveryResponse that the
 * case gave for it, in the protocol that it is asked in, and notes what was said to it.
 */
final class GrpcServer implements AutoCloseable {
  private final Workers workers = new Workers(Transport.best(), 1);
  private final Worker worker = workers.main();
  private final Http2Stats stats = new Http2Stats(new StatStore(1), "");
  private final Channel listening;
  private final Map<String, DiscoveryResponse> served = new ConcurrentHashMap<>();
  private final Collected collected;
  private final Authorizer authorizer = new Authorizer();
  private final List<Call> calls = new ArrayList<>();
  private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();

  GrpcServer(Collected collected) {
    this.collected = collected;
    listening =
        new ServerBootstrap()
            .group(worker.loop())
            .channelFactory(Transport.best().serverSocketChannel())
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel socket) {
                    socket
                        .pipeline()
                        .addLast(
                            new Http2ServerConnection(
                                worker,
                                Http2Settings.builder().build(),
                                Call::new,
                                (closed, details) -> {},
                                stats));
                  }
                })
            .bind("127.0.0.1", 0)
            .syncUninterruptibly()
            .channel();
  }

  int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** What the method with this word in its name serves from now on; streams that are open too. */
  String serve(String word, String yaml) throws IOException {
    byte[] wire =
        ProtoYaml.toWire(
            "envoy.service.discovery.v3.DiscoveryResponse", parse(word, yaml), new ArrayList<>());
    DiscoveryResponse response = DiscoveryResponse.parseFrom(wire);
    // on the loop, so that a call that begins meanwhile gets it once
    worker
        .loop()
        .submit(
            () -> {
              served.put(word, response);
              List.copyOf(calls).stream()
                  .filter(call -> call.path.contains(word))
                  .forEach(call -> call.push(response, null));
            })
        .syncUninterruptibly();
    return "served";
  }

  private static Node parse(String word, String yaml) throws IOException {
    try {
      return Yaml.parse(word, yaml);
    } catch (YamlException e) {
      throw new IOException(e);
    }
  }

  Authorizer authorizer() {
    return authorizer;
  }

  /** What was said, without doubles, sorted. */
  String seen() {
    return String.join("\n", new TreeSet<>(seen));
  }

  @Override
  public void close() {
    listening.close().syncUninterruptibly();
    workers.close();
  }

  private final class Call implements RequestSink {
    private final ServerStream stream;
    private String path = "";
    private ByteBuf read = Unpooled.buffer();
    private String typeUrl = "";
    private int nonce;
    private boolean told;
    private String processed;
    private final Map<String, String> versions = new HashMap<>();

    Call(ServerStream stream) {
      this.stream = stream;
    }

    @Override
    public void onRequestHeaders(Headers headers, boolean endStream) {
      path = String.valueOf(headers.value(HeaderName.PATH));
      if (path.equals("/process")) {
        return;
      }
      Headers response = new Headers();
      response.add(HeaderName.STATUS, "200");
      response.add(HeaderName.CONTENT_TYPE, "application/grpc");
      stream.sendHeaders(response, false);
      calls.add(this);
    }

    @Override
    public void onRequestData(ByteBuf data, boolean endStream) {
      read.writeBytes(data);
      data.release();
      if (path.equals("/process") && endStream) {
        processHttp(read.toString(StandardCharsets.UTF_8));
        return;
      }
      while (!path.equals("/process") && read.readableBytes() >= 5) {
        int length = read.getInt(read.readerIndex() + 1);
        if (read.readableBytes() < 5 + length) {
          break;
        }
        byte[] message = new byte[length];
        read.skipBytes(5).readBytes(message);
        try {
          message(message);
        } catch (InvalidProtocolBufferException e) {
          seen.add(path + " broken");
        }
      }
    }

    private void message(byte[] bytes) throws InvalidProtocolBufferException {
      if (path.endsWith("ExternalProcessor/Process")) {
        process(bytes);
        return;
      }
      if (path.endsWith("Authorization/Check")) {
        byte[] answer = authorizer.ask(bytes);
        if (answer != Authorizer.SILENT) {
          answer(answer);
        }
        return;
      }
      if (path.contains("AccessLogService")) {
        collected.entries(bytes);
        return;
      }
      if (path.contains("v3.MetricsService")) {
        collected.stats().metrics(bytes);
        return;
      }
      if (path.contains("v1.MetricsService")) {
        collected.stats().otlp(bytes);
        finish(new byte[5]);
        return;
      }
      if (path.contains("LogsService")) {
        collected.records(bytes);
        finish(new byte[5]);
        return;
      }
      if (path.contains("TraceService")) {
        collected.otlp(bytes);
        finish(new byte[5]);
        return;
      }
      if (path.endsWith("Health/Check")) { // SERVING, unless it is asked about "ill"
        boolean ill = new String(bytes, StandardCharsets.US_ASCII).endsWith("ill");
        finish(new byte[] {0, 0, 0, 0, 2, 8, (byte) (ill ? 2 : 1)});
        return;
      }
      if (path.endsWith("ShouldRateLimit")) {
        RateLimitRequest request = RateLimitRequest.parseFrom(bytes);
        seen.add(LimitDecisions.said(request));
        RateLimitResponse decision = LimitDecisions.decide(request);
        if (decision != null) {
          byte[] out = decision.toByteArray();
          ByteBuf framed = Unpooled.buffer(out.length + 5).writeByte(0).writeInt(out.length);
          finish(framed.writeBytes(out).array());
        } else if (!request.getDescriptors(0).getEntries(0).getValue().equals("slow")) {
          fail();
        }
        return;
      }
      boolean delta = path.contains("/Delta");
      String said;
      String answered;
      if (delta) {
        DeltaDiscoveryRequest request = DeltaDiscoveryRequest.parseFrom(bytes);
        typeUrl = request.getTypeUrl();
        answered = request.getResponseNonce();
        said =
            request.getResourceNamesSubscribeList()
                + (request.hasErrorDetail() ? " refused" : "")
                + (told ? "" : " node " + request.getNode().getId());
      } else {
        DiscoveryRequest request = DiscoveryRequest.parseFrom(bytes);
        typeUrl = request.getTypeUrl();
        answered = request.getResponseNonce();
        said =
            request.getResourceNamesList()
                + " version "
                + request.getVersionInfo()
                + (request.hasErrorDetail() ? " refused" : "")
                + (told ? "" : " node " + request.getNode().getId());
      }
      told = true;
      seen.add(path + " " + typeUrl + " " + (answered.isEmpty() ? "first" : answered) + " " + said);
      if (answered.isEmpty()) {
        List<String> asked = null;
        if (onDemand()) {
          List<String> names =
              DeltaDiscoveryRequest.parseFrom(bytes).getResourceNamesSubscribeList();
          boolean all = names.isEmpty() || names.contains("*");
          asked = all ? null : names.stream().filter(name -> !name.startsWith("silent")).toList();
        }
        if (asked != null && asked.isEmpty()) {
          return;
        }
        List<String> wanted = asked;
        served.forEach(
            (word, response) -> {
              if (path.contains(word)) {
                push(response, wanted);
              }
            });
      }
    }

    /** Whether what is asked for by name is sent alone, which the server may not have. */
    private boolean onDemand() {
      return path.contains("DeltaVirtualHosts")
          || path.contains("DeltaClusters")
          || path.contains("DeltaAggregated");
    }

    private void lacks(DeltaDiscoveryResponse.Builder response, String name) {
      if (path.contains("DeltaVirtualHosts")) {
        response.addResources(Resource.newBuilder().setName(name).addAliases(name));
      } else {
        response.addRemovedResources(name);
      }
    }

    /** A processor's part; the names end, break and garbage are what it does instead. */
    private void process(byte[] bytes) throws InvalidProtocolBufferException {
      if (processed == null) {
        processed = Authorizer.named(ProcessingRequest.parseFrom(bytes));
      }
      List<byte[]> answers = authorizer.process(this, processed, bytes);
      if (processed.equals("end") || processed.equals("break")) {
        Headers trailers = new Headers();
        trailers.add("grpc-status", processed.equals("end") ? "0" : "13");
        stream.sendTrailers(trailers);
        return;
      }
      for (byte[] answer : answers) {
        ByteBuf data = Unpooled.buffer(answer.length + 5);
        stream.sendData(data.writeByte(0).writeInt(answer.length).writeBytes(answer), false);
      }
    }

    /** The same by HTTP: x-proc may be a status, or garbage. */
    private void processHttp(String json) {
      String name = "";
      String said = "garbage";
      try {
        byte[] asked =
            ProtoYaml.toWire(
                "envoy.service.ext_proc.v3.ProcessingRequest",
                parse("asked", json),
                new ArrayList<>());
        name = Authorizer.named(ProcessingRequest.parseFrom(asked));
        byte[] answer = authorizer.process(this, name, asked).get(0);
        if (!name.equals("garbage")) {
          said = ProtoJson.toJson("envoy.service.ext_proc.v3.ProcessingResponse", answer);
        }
      } catch (IOException e) {
        seen.add(path + " broken");
      }
      Headers response = new Headers();
      response.add(HeaderName.STATUS, name.matches("\\d+") ? name : "200");
      response.add(HeaderName.CONTENT_TYPE, "application/json");
      stream.sendHeaders(response, false);
      stream.sendData(Unpooled.copiedBuffer(said, StandardCharsets.UTF_8), true);
    }

    /** Answers a unary call by this message; null: an error. */
    private void answer(byte[] message) {
      if (message != null) {
        byte[] prefixed = new byte[message.length + 5];
        Unpooled.wrappedBuffer(prefixed).setInt(1, message.length).setBytes(5, message);
        finish(prefixed);
        return;
      }
      Headers trailers = new Headers();
      trailers.add("grpc-status", "13");
      stream.sendTrailers(trailers);
    }

    /** Answers a unary call by this message, prefix and all. */
    private void finish(byte[] message) {
      stream.sendData(Unpooled.wrappedBuffer(message), false);
      Headers trailers = new Headers();
      trailers.add("grpc-status", "0");
      stream.sendTrailers(trailers);
    }

    private void fail() {
      Headers trailers = new Headers();
      trailers.add("grpc-status", "13");
      stream.sendTrailers(trailers);
    }

    /** Sends all, or what was asked for of it. */
    void push(DiscoveryResponse response, List<String> asked) {
      if (typeUrl.isEmpty()) {
        return;
      }
      nonce++;
      byte[] out;
      if (path.contains("/Delta")) {
        DeltaDiscoveryResponse.Builder delta =
            DeltaDiscoveryResponse.newBuilder()
                .setTypeUrl(typeUrl)
                .setNonce("n" + nonce)
                .setSystemVersionInfo(response.getVersionInfo());
        Map<String, String> before = new HashMap<>(versions);
        for (Any any : response.getResourcesList()) {
          String name = name(any);
          if (asked == null ? name.startsWith("late") : !asked.contains(name)) {
            continue; // some come only to who asks for them
          }
          before.remove(name);
          versions.put(name, response.getVersionInfo());
          delta.addResources(
              Resource.newBuilder()
                  .setName(name)
                  .setVersion(response.getVersionInfo())
                  .setResource(any));
        }
        if (asked != null) {
          before.clear();
          asked.stream()
              .filter(name -> !versions.containsKey(name))
              .forEach(name -> lacks(delta, name));
        }
        before.keySet().forEach(versions::remove);
        out = delta.addAllRemovedResources(before.keySet()).build().toByteArray();
      } else {
        out = response.toBuilder().setTypeUrl(typeUrl).setNonce("n" + nonce).build().toByteArray();
      }
      ByteBuf data = Unpooled.buffer(out.length + 5);
      stream.sendData(data.writeByte(0).writeInt(out.length).writeBytes(out), false);
    }

    /** The name is the first field of each of the types, and comes first. */
    private static String name(Any any) {
      int length = any.getValue().byteAt(1);
      return any.getValue().substring(2, 2 + length).toStringUtf8();
    }

    @Override
    public void onRequestTrailers(Headers trailers) {}

    @Override
    public void onRequestReset(ResetReason reason, String details) {
      calls.remove(this);
    }

    @Override
    public void onResponseWritable() {}
  }
}
