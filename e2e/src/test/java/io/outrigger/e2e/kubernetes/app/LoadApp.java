package io.outrigger.e2e.kubernetes.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.outrigger.e2e.clients.GrpcEcho;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * A steady load on a {@link ServerApp} of GETs, POSTs, gRPC calls and gRPC streams, in equal parts,
 * without a retry anywhere. Arguments: the server's name, requests a second, and perhaps which
 * kinds only. On 9000, {@code /report} says what was answered and what wasn't, {@code /latency} how
 * fast since it was asked last.
 */
public final class LoadApp {
  private static final int REPORT = 9000;
  private static final int MAX_OPEN = 2000;
  private static final int SECONDS = 10;
  private static final int RAMP_SECONDS = 20;
  private static final int STREAM_MESSAGES = 5;

  private interface Call {
    void run() throws Exception;
  }

  private final long begin = System.nanoTime();
  private final String server;
  private final OkHttpClient http;
  private final ManagedChannel grpc;
  private final Semaphore open = new Semaphore(MAX_OPEN);
  private final Map<String, AtomicLong> good = new ConcurrentHashMap<>();
  private final AtomicLong bad = new AtomicLong();
  private final Queue<Long> took = new ConcurrentLinkedQueue<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();

  private LoadApp(String server) {
    this.server = server;
    this.http =
        new OkHttpClient.Builder()
            .retryOnConnectionFailure(false)
            .connectionPool(new ConnectionPool(MAX_OPEN, 1, TimeUnit.MINUTES))
            .callTimeout(SECONDS, TimeUnit.SECONDS)
            .build();
    this.grpc =
        NettyChannelBuilder.forTarget("dns:///" + server + ":8081")
            .usePlaintext()
            .disableRetry()
            .build();
  }

  /** Runs until it is ended from outside. */
  public static void main(String[] args) throws Exception {
    LoadApp load = new LoadApp(args[0]);
    HttpServer report = HttpServer.create(new InetSocketAddress(REPORT), 0);
    report.createContext("/report", exchange -> answer(exchange, load.report()));
    report.createContext("/latency", exchange -> answer(exchange, load.latency()));
    report.start();
    load.start(Integer.parseInt(args[1]), List.of(args).subList(2, args.length));
  }

  private static void answer(HttpExchange exchange, String text) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(200, text.length());
      exchange.getResponseBody().write(text.getBytes(UTF_8));
    }
  }

  private void start(int perSecond, List<String> kinds) {
    ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
    Map<String, Call> calls = new TreeMap<>();
    calls.put("GET", this::get);
    calls.put("POST", this::post);
    calls.put("grpc call", this::call);
    calls.put("grpc stream", this::stream);
    if (!kinds.isEmpty()) {
      calls.keySet().retainAll(kinds);
    }
    long gap = TimeUnit.SECONDS.toNanos(calls.size()) / perSecond;
    calls.forEach(
        (name, call) -> {
          good.put(name, new AtomicLong());
          var _ = clock.scheduleAtFixedRate(() -> fire(name, call), gap, gap, TimeUnit.NANOSECONDS);
        });
  }

  /**
   * Fewer at first: a client that has just started is slow, and would open connections to no end.
   */
  private boolean skipped() {
    double age = (System.nanoTime() - begin) / (double) TimeUnit.SECONDS.toNanos(RAMP_SECONDS);
    return age < 1 && ThreadLocalRandom.current().nextDouble() > age * age;
  }

  private void fire(String name, Call call) {
    if (skipped()) {
      return;
    }
    if (!open.tryAcquire()) {
      failed(name, "more than " + MAX_OPEN + " requests are unanswered");
      return;
    }
    Thread.ofVirtual()
        .start(
            () -> {
              long sent = System.nanoTime();
              try {
                call.run();
                good.get(name).incrementAndGet();
                took.add(System.nanoTime() - sent);
              } catch (Exception e) {
                failed(name, String.valueOf(e));
              } finally {
                open.release();
              }
            });
  }

  private void failed(String name, String what) {
    bad.incrementAndGet();
    failures.add(System.currentTimeMillis() + " " + name + ": " + what);
    if (failures.size() > 20) {
      failures.poll();
    }
  }

  /** A line a kind with what was answered, then {@code failed N} and the last failures. */
  private String report() {
    StringBuilder out = new StringBuilder();
    new TreeMap<>(good).forEach((name, count) -> out.append(name + " " + count + "\n"));
    out.append("failed ").append(bad).append('\n');
    failures.forEach(failure -> out.append(failure).append('\n'));
    return out.toString();
  }

  /** Requests answered since the last call, and their 50th and 99th percentile in microseconds. */
  private String latency() {
    List<Long> all = new ArrayList<>();
    for (Long one = took.poll(); one != null; one = took.poll()) {
      all.add(one);
    }
    all.sort(null);
    return all.isEmpty()
        ? "0 0 0\n"
        : all.size()
            + " "
            + TimeUnit.NANOSECONDS.toMicros(all.get(all.size() / 2))
            + " "
            + TimeUnit.NANOSECONDS.toMicros(all.get(all.size() * 99 / 100))
            + "\n";
  }

  private void get() throws IOException {
    ask("GET", null);
  }

  private void post() throws IOException {
    ask("POST", "posted");
  }

  private void ask(String method, @Nullable String sent) throws IOException {
    RequestBody body = sent == null ? null : RequestBody.create(sent.getBytes(UTF_8));
    Request request =
        new Request.Builder().url("http://" + server + ":8080/x").method(method, body).build();
    try (Response response = http.newCall(request).execute()) {
      String answer = response.body().string();
      if (response.code() != 200 || (sent != null && !answer.equals(sent))) {
        throw new IOException(response.code() + " " + answer);
      }
    }
  }

  private void call() {
    String answer =
        ClientCalls.blockingUnaryCall(
            grpc,
            GrpcEcho.UNARY,
            CallOptions.DEFAULT.withDeadlineAfter(SECONDS, TimeUnit.SECONDS),
            "hello");
    check(answer, "hello");
  }

  private void stream() throws InterruptedException {
    GrpcEcho.Conversation conversation = new GrpcEcho.Conversation(grpc);
    for (int i = 0; i < STREAM_MESSAGES; i++) {
      check(conversation.say("m" + i), "re m" + i);
    }
    check(conversation.end(), "end");
  }

  private static void check(Object found, String expected) {
    if (!expected.equals(found)) {
      throw new IllegalStateException("found \"" + found + "\", not \"" + expected + "\"");
    }
  }
}
