package io.outrigger.e2e.kubernetes.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.outrigger.e2e.clients.GrpcEcho;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * An application as teams write them: HTTP/1.1 on 8080, gRPC on 8081. When it is told to end it
 * takes no more connections and answers what it has begun, and ends; it waits for nobody.
 */
public final class ServerApp {
  private static final int HTTP = 8080;
  private static final int GRPC = 8081;

  private ServerApp() {}

  /** Runs until SIGTERM. */
  public static void main(String[] args) throws Exception {
    // left alone, it closes connections that it has had for half a minute, whatever is on its way
    System.setProperty("sun.net.httpserver.idleInterval", "3600");
    System.setProperty("sun.net.httpserver.maxIdleConnections", "10000");
    String name = System.getenv().getOrDefault("HOSTNAME", "server");
    HttpServer http = HttpServer.create(new InetSocketAddress(HTTP), 1024);
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.createContext("/", exchange -> answer(exchange, name));
    Server grpc = NettyServerBuilder.forPort(GRPC).addService(GrpcEcho.service()).build().start();
    http.start();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  grpc.shutdown();
                  http.stop(1);
                  try {
                    grpc.awaitTermination(20, TimeUnit.SECONDS);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }));
    System.out.println("ready");
    grpc.awaitTermination();
  }

  private static void answer(HttpExchange exchange, String name) throws IOException {
    try (exchange) {
      byte[] sent = exchange.getRequestBody().readAllBytes();
      byte[] body = sent.length > 0 ? sent : name.getBytes(UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
