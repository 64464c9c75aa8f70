package io.outrigger.proxy.userfilter;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.filter.Decision;
import io.outrigger.filter.Filter;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A user's filter in one exchange: each call is guarded, timed, and what it throws is caught. Used
 * again for later exchanges of its worker.
 */
final class UserFilter implements HttpFilter {
  private static final int ERROR = 500;

  private final UserFilterFactory owner;
  private UserFilterFactory.@Nullable Binding binding;
  private @Nullable Filter filter;

  UserFilter(UserFilterFactory owner) {
    this.owner = owner;
  }

  void begin(UserFilterFactory.Binding bound, Filter made) {
    binding = bound;
    filter = made;
  }

  private UserFilterFactory.Binding binding() {
    return Objects.requireNonNull(binding);
  }

  @Override
  public boolean touchesBodies() {
    return binding().readsBodies();
  }

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    UserFilterFactory.Binding bound = binding();
    if (bound.writesBodies() && !endStream) {
      headers.remove(HeaderName.CONTENT_LENGTH);
    }
    Decision decision = null;
    long entered = enter(exchange, headers, bound);
    try {
      decision = filter().onRequest(owner.head, endStream, bound.context());
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      failed(exchange, "onRequest", e);
    } finally {
      exit(exchange, "onRequest", entered);
    }
    if (decision == null) {
      return bound.config().failOpen() ? Verdict.CONTINUE : UserFilterFactory.FAILED;
    }
    if (decision.proceeds()) {
      return Verdict.CONTINUE;
    }
    if (decision.headers().isEmpty()) {
      return new Verdict.Reply(
          decision.status(),
          decision.body(),
          "user_filter{" + bound.config().type() + "}",
          null,
          -1);
    }
    reply(exchange, decision, bound);
    return Verdict.CONTINUE;
  }

  private static void reply(Exchange exchange, Decision decision, UserFilterFactory.Binding bound) {
    exchange.reply(
        decision.status(),
        decision.body(),
        "user_filter{" + bound.config().type() + "}",
        null,
        head -> {
          for (Map.Entry<String, String> header : decision.headers()) {
            head.add(
                HeadView.changeable(header.getKey()),
                HeadView.checked(header.getKey(), header.getValue()));
          }
        });
  }

  @Override
  public @Nullable ByteBuf onRequestData(Exchange exchange, ByteBuf data, boolean endStream) {
    return body(exchange, data, endStream, true);
  }

  @Override
  public void onResponseHeaders(Exchange exchange, Headers headers, boolean endStream) {
    UserFilterFactory.Binding bound = binding();
    if (bound.writesBodies() && !endStream) {
      headers.remove(HeaderName.CONTENT_LENGTH);
    }
    boolean good = false;
    long entered = enter(exchange, headers, bound);
    try {
      filter().onResponse(owner.head, endStream, bound.context());
      good = true;
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      failed(exchange, "onResponse", e);
    } finally {
      exit(exchange, "onResponse", entered);
    }
    if (!good && !bound.config().failOpen()) {
      exchange.filters().response().pause();
      exchange.reply(ERROR, "", UserFilterFactory.ERROR_DETAILS, null, -1);
    }
  }

  @Override
  public @Nullable ByteBuf onResponseData(Exchange exchange, ByteBuf data, boolean endStream) {
    return body(exchange, data, endStream, false);
  }

  private @Nullable ByteBuf body(
      Exchange exchange, ByteBuf data, boolean endStream, boolean request) {
    UserFilterFactory.Binding bound = binding();
    String call = request ? "onRequestBody" : "onResponseBody";
    byte[] instead = null;
    boolean good = false;
    owner.part.open(data, endStream, bound.writesBodies());
    long entered = enter(exchange, null, bound);
    try {
      if (request) {
        filter().onRequestBody(owner.part, bound.context());
      } else {
        filter().onResponseBody(owner.part, bound.context());
      }
      good = true;
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      failed(exchange, call, e);
    } finally {
      instead = owner.part.close();
      exit(exchange, call, entered);
    }
    if (!good && !bound.config().failOpen()) {
      data.release();
      exchange.reply(ERROR, "", UserFilterFactory.ERROR_DETAILS, null, -1);
      return null;
    }
    if (!good || instead == null) {
      return data;
    }
    data.release();
    return exchange.downstream().channel().alloc().buffer(instead.length).writeBytes(instead);
  }

  @Override
  public void onDone(Exchange exchange) {
    UserFilterFactory.Binding bound = binding();
    long entered = enter(exchange, null, bound);
    try {
      filter().onEnd(bound.context());
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      failed(exchange, "onEnd", e);
    } finally {
      exit(exchange, "onEnd", entered);
    }
    binding = null;
    filter = null;
    owner.giveBack(this);
  }

  private Filter filter() {
    return Objects.requireNonNull(filter);
  }

  private long enter(
      Exchange exchange, @Nullable Headers headers, UserFilterFactory.Binding bound) {
    if (headers != null) {
      owner.head.open(headers);
    }
    bound.context().open(exchange);
    return owner.guard.enter(bound.control());
  }

  private void exit(Exchange exchange, String call, long entered) {
    UserFilterFactory.Binding bound = binding();
    long took = owner.guard.exit(entered);
    owner.head.close();
    bound.context().close();
    if (took > bound.config().budgetNanos()) {
      bound.control().late(exchange.worker().index(), call, took, bound.config().strikes());
    }
  }

  private void failed(Exchange exchange, String call, Throwable problem) {
    UserFilterFactory.Binding bound = binding();
    bound.control().failed(exchange.worker().index(), call, problem, bound.config().strikes());
  }
}
