package io.outrigger.control.ratelimit;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Counters in Redis, for many servers together: INCRBY and EXPIRE of all who ask, pipelined on one
 * connection. While Redis is away every question fails at once, and one that is not answered in
 * time fails then. Nothing is sent twice, since what broke with a connection may have been counted.
 */
final class RedisCounters implements Counters {
  private static final int MOST_WAITING = 20_000;
  private static final int FLUSH_AT = 256;
  private static final Duration CONNECT = Duration.ofSeconds(1);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
  private static final long LEAST_SILENCE_MILLIS = 1000;
  private static final String PREFIX = "outrigger:ratelimit:";

  private final Options options;
  private final InstantSource clock;
  private final ClientResources resources;
  private final RedisClient client;
  private volatile @Nullable StatefulRedisConnection<String, String> connection;
  private volatile @Nullable Channel channel;
  private volatile long silentSince; // nanoseconds; 0: nothing is asked, or it answers
  private volatile boolean closed;

  /**
   * Where Redis is.
   *
   * @param password empty: none
   * @param timeoutMillis until a question fails
   * @param jitterSeconds counters outlive their window by up to this, so that not all go at once
   */
  record Options(String host, int port, String password, long timeoutMillis, int jitterSeconds) {}

  RedisCounters(Options options, InstantSource clock) {
    this.options = options;
    this.clock = clock;
    resources =
        ClientResources.builder()
            .ioThreadPoolSize(2) // the least: one of them has the connection
            .computationThreadPoolSize(2)
            .reconnectDelay(Delay.exponential(FIRST_PAUSE, LONGEST_PAUSE, 2, TimeUnit.MILLISECONDS))
            .addressResolverGroup(DefaultAddressResolverGroup.INSTANCE)
            .nettyCustomizer(
                new NettyCustomizer() {
                  @Override
                  public void afterChannelInitialized(Channel made) {
                    made.pipeline().addFirst(new FlushConsolidationHandler(FLUSH_AT, true));
                    channel = made;
                  }
                })
            .build();
    client = RedisClient.create(resources, uri(options));
    client.setOptions(
        ClientOptions.builder()
            .autoReconnect(true)
            .replayFilter(command -> true) // which means: none is sent again
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .requestQueueSize(MOST_WAITING)
            // a timer of the library's own for each command, in steps of 100 ms: not for us
            .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
            .maintNotificationsConfig(MaintNotificationsConfig.disabled())
            .socketOptions(SocketOptions.builder().connectTimeout(CONNECT).build())
            .build());
  }

  private static RedisURI uri(Options options) {
    RedisURI.Builder uri =
        RedisURI.builder().withHost(options.host()).withPort(options.port()).withTimeout(CONNECT);
    return options.password().isEmpty()
        ? uri.build()
        : uri.withPassword(options.password().toCharArray()).build();
  }

  /** The library connects again what was connected once; the first time is for us to repeat. */
  void start() {
    client
        .connectAsync(StringCodec.UTF8, uri(options))
        .whenComplete(
            (made, failure) -> {
              if (made != null) {
                connection = made;
              } else if (!closed) {
                resources
                    .eventExecutorGroup()
                    .schedule(this::start, LONGEST_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
              }
            });
  }

  @Override
  public CompletionStage<long[]> add(List<Hits> hits) {
    if (hits.isEmpty()) {
      return CompletableFuture.completedStage(new long[0]);
    }
    StatefulRedisConnection<String, String> open = connection;
    if (open == null) {
      return CompletableFuture.failedStage(new IOException("Redis is away"));
    }
    if (silentSince == 0) {
      silentSince = System.nanoTime() | 1;
    }
    RedisAsyncCommands<String, String> redis = open.async();
    long now = clock.millis() / 1000;
    CompletableFuture<?>[] counts = new CompletableFuture<?>[hits.size()];
    for (int i = 0; i < counts.length; i++) {
      Hits one = hits.get(i);
      String key = PREFIX + one.key();
      counts[i] = redis.incrby(key, one.number()).toCompletableFuture();
      redis.expire(key, Math.max(1, one.end() - now + jitter()));
    }
    return CompletableFuture.allOf(counts)
        .orTimeout(options.timeoutMillis(), TimeUnit.MILLISECONDS)
        .handle((all, failure) -> after(counts, failure));
  }

  private long[] after(CompletableFuture<?>[] counts, @Nullable Throwable failure) {
    if (failure == null) {
      silentSince = 0;
      long[] after = new long[counts.length];
      for (int i = 0; i < after.length; i++) {
        after[i] = (Long) counts[i].resultNow();
      }
      return after;
    }
    for (CompletableFuture<?> count : counts) {
      count.cancel(false); // who has given up is not counted, if it wasn't sent yet
    }
    if (failure instanceof TimeoutException) {
      giveUpIfSilent();
      throw new CompletionException(new IOException("Redis did not answer in time", failure));
    }
    throw new CompletionException(new IOException("Redis is away", failure));
  }

  /** A Redis that stands still keeps its connection; what waits there would be counted late. */
  private void giveUpIfSilent() {
    long since = silentSince;
    long silence = Math.max(LEAST_SILENCE_MILLIS, 2 * options.timeoutMillis());
    Channel open = channel;
    if (since != 0 && open != null && System.nanoTime() - since > silence * 1_000_000) {
      silentSince = 0;
      open.close();
    }
  }

  private int jitter() {
    return options.jitterSeconds() == 0
        ? 0
        : ThreadLocalRandom.current().nextInt(options.jitterSeconds() + 1);
  }

  @Override
  public void close() {
    closed = true;
    client.shutdown(Duration.ZERO, CONNECT);
    resources.shutdown(0, CONNECT.toMillis(), TimeUnit.MILLISECONDS);
  }
}
