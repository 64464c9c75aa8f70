package io.outrigger.proxy.extproc;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyMutation.MutationCase;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpTrailers;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outrigger.config.filter.ExtProcMode;
import io.outrigger.config.filter.ExtProcMode.Body;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.timeout.Timeout;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request's or a response's way through the processor: what it has been told, what it has still
 * to answer, and what waits for that. Its answers lead on by {@link #goOn}.
 *
 * <p>What is told of a body and may come back as it was is kept until then. After a call that lets
 * something go on, the exchange may be over: see {@link ExtProcFilter#isDone}.
 */
abstract class Processing {
  /** What the processor has been told and has not answered yet. */
  private enum Waits {
    NOTHING,
    HEAD,
    WHOLE_BODY,
    /** The body's parts, each by itself. */
    PARTS,
    /** As much of the body as the limit lets be kept. */
    BEGINNING,
    TRAILERS
  }

  final ExtProcFilter filter;
  final Exchange exchange;
  private final Timeout timeout;
  private final BodyParts kept = new BodyParts();
  private final BodyParts told = new BodyParts();
  private ExtProcMode.Way mode;
  private Waits waits = Waits.NOTHING;
  private @Nullable Headers head;
  private @Nullable Headers trailers;
  private boolean holdsHead;
  private boolean holdsBack;
  private boolean bodiless;
  private boolean hasBody;
  private boolean complete;

  /** The body's end has come, and has yet to go on. */
  private boolean owesEnd;

  private boolean toldEnd;
  private boolean toldTrailers;
  private boolean toldBeginning;
  private boolean replaced;
  private boolean extended;
  private boolean finished;

  Processing(ExtProcFilter filter, Exchange exchange, ExtProcMode.Way mode) {
    this.filter = filter;
    this.exchange = exchange;
    this.mode = mode;
    this.timeout = new Timeout(filter.worker().timers(), filter::onTimeout);
  }

  // ---- the way of this side ----

  abstract void putHead(ProcessingRequest.Builder message, HttpHeaders said);

  abstract void putBody(ProcessingRequest.Builder message, HttpBody said);

  abstract void putTrailers(ProcessingRequest.Builder message, HttpTrailers said);

  /** Passes a part of the body on. */
  abstract void passData(ByteBuf data, boolean end);

  /** Passes the trailers on that were held. */
  abstract void passTrailers();

  /** The head has no body yet, and gets one. */
  abstract void bodyFollows();

  /** Lets the head go. */
  abstract void resume();

  /** Holds the sender of the body back, or no longer. */
  abstract void holdBack(boolean now);

  /** While the head waits, the body is wanted. */
  abstract void collect();

  abstract void tooLarge();

  /** The route may be another one by what was said. */
  abstract void routeAnew(CommonResponse said);

  // ---- what comes ----

  void mode(ExtProcMode.Way other) {
    mode = other;
  }

  ExtProcMode.Way mode() {
    return mode;
  }

  /** Whether the head waits. */
  boolean onHead(Headers headers, boolean end) {
    bodiless = end;
    complete = end;
    boolean tells = mode.head();
    if (tells) {
      head = headers;
      ProcessingRequest.Builder message = filter.message();
      putHead(message, ProcMessages.headers(headers, end, filter.config()));
      tell(message, Waits.HEAD);
      holdsHead = true;
    }
    if (mode.dropsLength()) {
      headers.remove(HeaderName.CONTENT_LENGTH);
    }
    return tells;
  }

  @Nullable ByteBuf onData(ByteBuf data, boolean end) {
    complete |= end;
    if (replaced) {
      data.release();
      return end ? Unpooled.EMPTY_BUFFER : null;
    }
    if (filter.isOver() || mode.body() == Body.NONE && waits == Waits.NOTHING || toldBeginning) {
      return data;
    }
    if (!end && !data.isReadable()) {
      data.release();
      return null;
    }
    hasBody = true;
    owesEnd |= end;
    if (waits == Waits.HEAD || waits == Waits.BEGINNING) {
      kept.add(data);
      boundKept();
    } else if (mode.body() == Body.STREAMED) {
      tellPart(data, end);
    } else {
      kept.add(data);
      boolean full = boundKept();
      if (mode.body() == Body.BUFFERED_PARTIAL && (full || end)) {
        tellKept(Waits.BEGINNING, end);
      } else if (mode.body() == Body.BUFFERED && end && !full) {
        tellKept(Waits.WHOLE_BODY, true);
      }
    }
    return null;
  }

  /** Whether as much is kept as may be. */
  private boolean boundKept() {
    if (kept.bytes() + told.bytes() <= limit()) {
      return false;
    }
    if (mode.body() == Body.BUFFERED) {
      replaced = true; // by a reply, for which the rest isn't needed
      kept.release();
      tooLarge();
    } else {
      holdsBack(true);
    }
    return true;
  }

  private int limit() {
    return exchange.downstream().bufferLimit();
  }

  private void holdsBack(boolean now) {
    if (holdsBack != now) {
      holdsBack = now;
      holdBack(now);
    }
  }

  /** Whether they go on at once. */
  boolean onTrailers(Headers last) {
    if (filter.isOver()) {
      return true;
    }
    boolean before = complete;
    complete = true;
    trailers = last;
    if (waits != Waits.NOTHING) {
      return false;
    }
    if (!before && !kept.isEmpty()) {
      tellKept(mode.body() == Body.BUFFERED ? Waits.WHOLE_BODY : Waits.BEGINNING, false);
      return false;
    }
    if (mode.trailers()) {
      tellTrailers(last);
      return false;
    }
    trailers = null;
    letGo();
    return true;
  }

  // ---- what is told ----

  private void tell(ProcessingRequest.Builder message, Waits now) {
    waits = now;
    extended = false;
    arm();
    filter.send(message);
  }

  private void arm() {
    timeout.arm(TimeUnit.MILLISECONDS.toNanos(filter.config().timeoutMillis()));
  }

  private void tellPart(ByteBuf part, boolean end) {
    told.add(part);
    toldEnd = end;
    if (told.bytes() > limit()) {
      holdsBack(true);
    }
    tellBody(BodyParts.copy(part), end, Waits.PARTS);
  }

  private void tellKept(Waits now, boolean end) {
    ByteString bytes = kept.joined();
    kept.moveBefore(told);
    tellBody(bytes, end, now);
  }

  private void tellBody(ByteString bytes, boolean end, Waits now) {
    ProcessingRequest.Builder message = filter.message();
    putBody(message, HttpBody.newBuilder().setBody(bytes).setEndOfStream(end).build());
    tell(message, now);
  }

  private void tellTrailers(Headers last) {
    toldTrailers = true;
    ProcessingRequest.Builder message = filter.message();
    putTrailers(message, ProcMessages.trailers(last, filter.config()));
    tell(message, Waits.TRAILERS);
  }

  // ---- what is answered ----

  @Nullable Refusal onHeadAnswer(CommonResponse said) {
    Headers changed = head;
    if (waits != Waits.HEAD || changed == null) {
      return Refusal.spurious("spurious message");
    }
    Refusal refusal = mutate(said, changed);
    if (refusal != null) {
      return refusal;
    }
    routeAnew(said);
    answered(Waits.NOTHING);
    if (said.getStatus() == CommonResponse.ResponseStatus.CONTINUE_AND_REPLACE) {
      replace(said, changed);
      return null;
    }
    if (!bodiless && mode.body() != Body.NONE && bodyIsWanted()) {
      return null;
    }
    Headers last = trailers;
    if (last != null && mode.trailers()) {
      tellTrailers(last);
    } else {
      finished = bodiless || (mode.body() == Body.NONE && !mode.trailers());
      goOn();
    }
    return null;
  }

  /** Tells what there is of the body already, or waits for it; false where the end has come. */
  private boolean bodyIsWanted() {
    if (complete) {
      if (hasBody) {
        tellKept(Waits.WHOLE_BODY, trailers == null);
      }
      return hasBody;
    }
    switch (mode.body()) {
      case STREAMED -> {
        if (kept.bytes() > 0) {
          tellPart(kept.takeAll(), false);
        }
        letGo();
      }
      case BUFFERED_PARTIAL -> {
        if (kept.bytes() > limit()) {
          tellKept(Waits.BEGINNING, false);
        } else {
          wantsMore();
        }
      }
      default -> wantsMore();
    }
    return true;
  }

  private void wantsMore() {
    collect();
    holdsBack(false);
  }

  /** The body, if there is one, is another; the processor is told no more of this side. */
  private void replace(CommonResponse said, Headers changed) {
    told.release();
    if (said.hasBodyMutation()) {
      changed.remove(HeaderName.CONTENT_LENGTH);
      replaced = true;
      mutate(kept, said.getBodyMutation());
      if (bodiless && kept.bytes() > 0) {
        owesEnd = true;
        bodyFollows();
      } else if (bodiless) {
        kept.release();
      }
    }
    mode = new ExtProcMode.Way(false, Body.NONE, false);
    finished = true;
    goOn();
  }

  private static void mutate(BodyParts body, BodyMutation said) {
    if (said.getMutationCase() == MutationCase.BODY || said.getClearBody()) {
      body.release();
      body.add(Unpooled.wrappedBuffer(said.getBody().toByteArray()));
    }
  }

  @Nullable Refusal onBodyAnswer(CommonResponse said) {
    return switch (waits) {
      case WHOLE_BODY, BEGINNING -> onKeptAnswer(said);
      case PARTS -> onPartAnswer(said);
      case NOTHING, HEAD, TRAILERS -> Refusal.spurious("spurious message");
    };
  }

  private @Nullable Refusal onKeptAnswer(CommonResponse said) {
    Headers changed = head;
    Refusal refusal = changed == null ? null : mutate(said, changed);
    if (refusal != null) {
      return refusal;
    }
    if (said.hasBodyMutation()) {
      if (waits == Waits.WHOLE_BODY && changed != null && !lengthIs(changed, said)) {
        return Refusal.error("mismatch between content length and the length of the mutated body");
      }
      mutate(told, said.getBodyMutation());
    }
    told.moveBefore(kept);
    toldBeginning = waits == Waits.BEGINNING;
    answered(Waits.NOTHING);
    routeAnew(said);
    bodyIsAnswered();
    return null;
  }

  private static boolean lengthIs(Headers changed, CommonResponse said) {
    String length = changed.value(HeaderName.CONTENT_LENGTH);
    return length == null
        || length.equals(Integer.toString(said.getBodyMutation().getBody().size()));
  }

  private @Nullable Refusal onPartAnswer(CommonResponse said) {
    if (said.getBodyMutation().hasStreamedResponse()) {
      return Refusal.spurious(
          "spurious message: streamed_response is received while body_mode_ is not"
              + " FULL_DUPLEX_STREAMED");
    }
    ByteBuf part = told.take();
    if (said.getBodyMutation().getMutationCase() == MutationCase.BODY
        || said.getBodyMutation().getClearBody()) {
      part.release();
      part = Unpooled.wrappedBuffer(said.getBodyMutation().getBody().toByteArray());
    }
    boolean last = told.isEmpty() && toldEnd;
    answered(told.isEmpty() ? Waits.NOTHING : Waits.PARTS);
    routeAnew(said);
    finished = last;
    pass(part, last);
    if (filter.isDone()) {
      return null;
    }
    if (told.bytes() < limit() / 2) {
      holdsBack(false);
    }
    if (told.isEmpty() && (last || trailers != null)) {
      bodyIsAnswered();
    }
    return null;
  }

  private void bodyIsAnswered() {
    head = null;
    Headers last = trailers;
    if (last != null && mode.trailers() && !toldTrailers) {
      tellTrailers(last);
    } else {
      goOn();
    }
  }

  @Nullable Refusal onTrailersAnswer(HeaderMutation said) {
    Headers changed = trailers;
    if (waits != Waits.TRAILERS || changed == null) {
      return Refusal.spurious("spurious message");
    }
    Refusal refusal = filter.mutate(said, changed, false, false);
    if (refusal == null) {
      answered(Waits.NOTHING);
      finished = true;
      goOn();
    }
    return refusal;
  }

  private @Nullable Refusal mutate(CommonResponse said, Headers changed) {
    return filter.mutate(
        said.getHeaderMutation(),
        changed,
        said.getStatus() == CommonResponse.ResponseStatus.CONTINUE_AND_REPLACE,
        mode.dropsLength());
  }

  private void answered(Waits now) {
    timeout.cancel();
    waits = now;
    extended = false;
    if (now != Waits.NOTHING) {
      arm();
    }
  }

  /** Once a message the processor may ask for more time; whether it gets it. */
  boolean extend(long millis) {
    if (extended || !timeout.isArmed()) {
      return false;
    }
    extended = true;
    timeout.arm(TimeUnit.MILLISECONDS.toNanos(millis));
    return true;
  }

  /** Whether the processor has said all that it can say here. */
  boolean isFinished() {
    return finished;
  }

  // ---- what goes on ----

  /** Nothing is waited for any more: what was kept, and the head before it, goes on as it is. */
  void goOnUnprocessed() {
    answered(Waits.NOTHING);
    told.moveBefore(kept);
    goOn();
  }

  /** The body as it is now, the trailers and the head before them go on. */
  private void goOn() {
    head = null;
    while (!kept.isEmpty() && !filter.isDone()) {
      ByteBuf part = kept.take();
      pass(part, owesEnd && kept.isEmpty());
    }
    if (owesEnd && !filter.isDone()) {
      pass(Unpooled.EMPTY_BUFFER, true);
    }
    if (trailers != null && !filter.isDone()) {
      trailers = null;
      passTrailers();
    }
    letGo();
  }

  private void pass(ByteBuf part, boolean end) {
    if (end) {
      owesEnd = false;
    } else if (!part.isReadable()) {
      part.release();
      return;
    }
    passData(part, end);
  }

  /** The head goes on, and more of the body may come. */
  private void letGo() {
    if (holdsHead && !filter.isDone()) {
      holdsHead = false;
      resume();
    }
    if (!filter.isDone()) {
      holdsBack(told.bytes() > limit());
    }
  }

  /** Nothing is told any more, nor waited for; what was kept stays. */
  void stop() {
    timeout.cancel();
    waits = Waits.NOTHING;
  }

  /** Another message has taken this one's place, and passes. */
  void giveUp() {
    release();
    replaced = false;
    owesEnd = false;
  }

  void release() {
    stop();
    head = null;
    trailers = null;
    kept.release();
    told.release();
  }
}
