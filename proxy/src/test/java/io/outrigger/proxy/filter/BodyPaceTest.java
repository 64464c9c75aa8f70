package io.outrigger.proxy.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultEventLoop;
import io.outrigger.config.ratelimit.TokenBucket;
import io.outrigger.proxy.worker.Worker;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BodyPaceTest {
  private final DefaultEventLoop loop = new DefaultEventLoop();
  private final Worker worker = new Worker(0, loop);
  private final Seen seen = new Seen();

  @AfterEach
  void stop() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private static final class Seen implements BodyPace.Way {
    final StringBuilder out = new StringBuilder();
    final CompletableFuture<String> end = new CompletableFuture<>();

    @Override
    public void pass(ByteBuf data, boolean last) {
      out.append(data.readableBytes()).append(last ? "! " : " ");
      data.release();
      if (last) {
        end.complete(out.toString());
      }
    }

    @Override
    public void ended() {
      out.append("trailers ");
      end.complete(out.toString());
    }

    @Override
    public void full(boolean now) {
      out.append(now ? "full " : "free ");
    }

    @Override
    public void passed(long bytes, boolean limited) {}
  }

  private static ByteBuf bytes(int count) {
    return Unpooled.buffer(count).writeZero(count);
  }

  private BodyPace pace(TokenBucket bucket, int limit) {
    return new BodyPace(worker, bucket, 20, limit, seen);
  }

  /** What a full bucket has passes at once, the rest with time, and its source waits meanwhile. */
  @Test
  void passesWhatTheBucketHas() {
    TokenBucket bucket = new TokenBucket(1000, 1000, TimeUnit.SECONDS.toNanos(1));
    long start = System.nanoTime();
    loop.execute(
        () -> {
          BodyPace pace = pace(bucket, 100);
          pace.add(bytes(900), false);
          pace.add(bytes(300), true);
        });
    String all = seen.end.orTimeout(20, TimeUnit.SECONDS).join();
    assertThat(all).startsWith("900 100 full ").contains("free ").endsWith("! ");
    assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(190));
    assertThat(all.replaceAll("[a-z]+ ", "").replace("!", "").strip().split(" "))
        .extracting(Integer::parseInt)
        .satisfies(parts -> assertThat(parts.stream().mapToInt(i -> i).sum()).isEqualTo(1200));
  }

  @Test
  void trailersWaitForTheBody() {
    loop.execute(
        () -> {
          BodyPace pace = pace(BodyPace.ofOne(1000, 20, worker.nanos()), 1000);
          pace.add(bytes(60), false);
          assertThat(pace.isEmpty()).isFalse();
          pace.trailersFollow();
        });
    assertThat(seen.end.orTimeout(20, TimeUnit.SECONDS).join())
        .startsWith("20 ")
        .endsWith(" trailers ")
        .doesNotContain("!");
  }

  @Test
  void whatIsForgottenIsReleased() {
    ByteBuf data = bytes(60);
    loop.submit(
            () -> {
              BodyPace pace = pace(BodyPace.ofOne(1000, 20, worker.nanos()), 1000);
              pace.add(data, true);
              pace.close();
            })
        .syncUninterruptibly();
    assertThat(data.refCnt()).isZero();
  }
}
