package io.outrigger.proxy.extproc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.outrigger.api.schema.ProtoJson;
import io.outrigger.api.schema.ProtoYaml;
import io.outrigger.api.schema.SchemaProblem;
import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.source.TelemetryService;
import io.outrigger.proxy.call.HttpCall;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.worker.Worker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A processor that is asked by one HTTP request a message, in JSON. */
final class HttpProcessor implements Processor, HttpCall.Result {
  private static final int MAX_BODY = 1 << 20;
  private static final int OK = 200;

  /** Where it has no time-out; the message's comes first. */
  private static final long LONGEST_MILLIS = 3_600_000;

  private final Worker worker;
  private final Clusters clusters;
  private final TelemetryService.Http service;
  private final ProcStats stats;
  private final Listener listener;
  private @Nullable HttpCall call;
  private boolean starting;
  private boolean closed;

  HttpProcessor(
      Worker worker,
      Clusters clusters,
      TelemetryService.Http service,
      ProcStats stats,
      Listener listener) {
    this.worker = worker;
    this.clusters = clusters;
    this.service = service;
    this.stats = stats;
    this.listener = listener;
  }

  @Override
  public void send(ProcessingRequest message) {
    if (closed) {
      return;
    }
    WorkerCluster cluster = clusters.get(service.cluster());
    if (cluster == null) {
      failLater();
      return;
    }
    byte[] body =
        ProtoJson.toJson("envoy.service.ext_proc.v3.ProcessingRequest", message.toByteArray())
            .getBytes(StandardCharsets.UTF_8);
    Headers head =
        HttpCall.head(worker, cluster, "POST", service.uri().host(), service.uri().path());
    head.add(HeaderName.CONTENT_TYPE, "application/json");
    head.addLong(HeaderName.CONTENT_LENGTH, body.length);
    for (Map.Entry<String, String> header : service.headers()) {
      head.add(header.getKey(), header.getValue());
    }
    stats.sent.inc(worker.index());
    HttpCall started = new HttpCall(worker, cluster, head, body, MAX_BODY, this);
    call = started;
    starting = true;
    long timeout = service.uri().timeoutMillis();
    started.start(timeout > 0 ? timeout : LONGEST_MILLIS);
    starting = false;
  }

  private void failLater() {
    worker.loop().execute(this::fail);
  }

  private void fail() {
    if (!closed) {
      stats.httpNotOk.inc(worker.index());
      listener.onError("ext_proc_error_HTTP_ERROR");
    }
  }

  @Override
  public void onFailure(HttpCall.Failure failure) {
    call = null;
    if (starting) {
      failLater(); // who sends has yet to return
    } else {
      fail();
    }
  }

  @Override
  public void onResponse(int status, Headers response, byte[] body) {
    call = null;
    ProcessingResponse said = status == OK ? parsed(body) : null;
    if (said == null) {
      fail();
    } else if (!closed) {
      listener.onAnswer(said);
    }
  }

  private static @Nullable ProcessingResponse parsed(byte[] json) {
    List<SchemaProblem> problems = new ArrayList<>();
    try {
      Node said = Yaml.parse("answer", new String(json, StandardCharsets.UTF_8));
      if (said == null) {
        return null;
      }
      byte[] wire =
          ProtoYaml.toWire("envoy.service.ext_proc.v3.ProcessingResponse", said, problems);
      return problems.isEmpty() ? ProcessingResponse.parseFrom(wire) : null;
    } catch (YamlException | InvalidProtocolBufferException e) {
      return null;
    }
  }

  @Override
  public void close() {
    closed = true;
    HttpCall open = call;
    call = null;
    if (open != null) {
      open.cancel();
    }
  }

  @Override
  public void closeLater(long millis) {
    closed = true; // a call ends by its own time-out
  }

  @Override
  public boolean isWritable() {
    return true;
  }
}
