package io.outrigger.proxy.extproc;

import io.envoyproxy.envoy.service.ext_proc.v3.BodyMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyMutation.MutationCase;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.StreamedBodyResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outrigger.config.filter.ExtProcMode;
import io.outrigger.config.filter.ExtProcMode.Body;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.extproc.Telling.Waits;
import org.jspecify.annotations.Nullable;

/**
 * A request's or a response's way through the processor: what it answers, and what goes on then.
 */
final class Processing extends Showing {
  private boolean finished;

  Processing(ExtProcFilter filter, Side side, int limit, ExtProcMode.Way mode) {
    super(filter, side, limit, mode);
  }

  boolean waitsForHead() {
    return telling.waits() == Waits.HEAD;
  }

  @Nullable Refusal onHeadAnswer(CommonResponse said) {
    Headers changed = head;
    if (!waitsForHead() || changed == null) {
      return Refusal.spurious("spurious message");
    }
    Refusal refusal = mutate(said, changed);
    if (refusal != null) {
      return refusal;
    }
    side.routeAnew(said);
    if (said.getStatus() == CommonResponse.ResponseStatus.CONTINUE_AND_REPLACE) {
      telling.answered(Waits.NOTHING);
      replace(said, changed);
      return null;
    }
    telling.answered(afterHead());
    if (!bodiless && mode.body() != Body.NONE && bodyIsWanted()) {
      return null;
    }
    Headers last = passing.trailers();
    if (last != null && mode.trailers()) {
      telling.trailers(last);
    } else {
      finished = bodiless || (mode.body() == Body.NONE && !mode.trailers());
      goOn();
    }
    return null;
  }

  /** What was told already of what follows the head. */
  private Waits afterHead() {
    if (!passing.told().isEmpty() || hasGivenAway()) {
      return Waits.PARTS;
    }
    return telling.toldTrailers() ? Waits.TRAILERS : Waits.NOTHING;
  }

  /** Tells what there is of the body already, or waits for it; false where the end has come. */
  private boolean bodyIsWanted() {
    BodyParts kept = passing.kept();
    if (complete) {
      if (telling.waits() == Waits.NOTHING && hasBody) {
        tellKept(Waits.WHOLE_BODY, passing.trailers() == null);
      }
      return telling.waits() != Waits.NOTHING;
    }
    if (mode.body() == Body.BUFFERED_PARTIAL && passing.isOverLimit()) {
      tellKept(Waits.BEGINNING, false);
    } else if (mode.body() == Body.BUFFERED_PARTIAL || mode.body() == Body.BUFFERED) {
      side.collect();
      passing.holdBack(false);
    } else {
      if (!kept.isEmpty()) {
        tellPart(kept.takeAll(), false);
      }
      passing.letGo();
    }
    return true;
  }

  /** The body, if there is one, is another; the processor is told no more of this side. */
  private void replace(CommonResponse said, Headers changed) {
    passing.told().release();
    if (said.hasBodyMutation()) {
      changed.remove(HeaderName.CONTENT_LENGTH);
      drops = true;
      BodyParts kept = passing.kept();
      mutate(kept, said.getBodyMutation());
      if (bodiless && kept.bytes() > 0) {
        passing.owesEnd(true);
        side.bodyFollows();
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
    return switch (telling.waits()) {
      case WHOLE_BODY, BEGINNING -> onKeptAnswer(said);
      case PARTS -> onPartAnswer(said);
      case NOTHING, HEAD, TRAILERS -> Refusal.spurious("spurious message");
    };
  }

  private @Nullable Refusal onKeptAnswer(CommonResponse said) {
    boolean whole = telling.waits() == Waits.WHOLE_BODY;
    Headers changed = head;
    Refusal refusal = changed == null ? null : mutate(said, changed);
    if (refusal != null) {
      return refusal;
    }
    if (said.hasBodyMutation()) {
      if (whole && changed != null && !lengthIs(changed, said)) {
        return Refusal.error("mismatch between content length and the length of the mutated body");
      }
      mutate(passing.told(), said.getBodyMutation());
    }
    toldBeginning = !whole;
    telling.answered(Waits.NOTHING);
    side.routeAnew(said);
    bodyIsAnswered();
    return null;
  }

  private static boolean lengthIs(Headers changed, CommonResponse said) {
    String length = changed.value(HeaderName.CONTENT_LENGTH);
    return length == null
        || length.equals(Integer.toString(said.getBodyMutation().getBody().size()));
  }

  private @Nullable Refusal onPartAnswer(CommonResponse said) {
    if (said.getBodyMutation().hasStreamedResponse() != goesThrough()) {
      return Refusal.spurious(
          goesThrough()
              ? "spurious message: Normal body mutation response is received while body_mode_ is"
                  + " FULL_DUPLEX_STREAMED"
              : "spurious message: streamed_response is received while body_mode_ is not"
                  + " FULL_DUPLEX_STREAMED");
    }
    side.routeAnew(said);
    if (goesThrough()) {
      comesBack(said.getBodyMutation().getStreamedResponse());
    } else {
      partIsAnswered(said.getBodyMutation());
    }
    return null;
  }

  private void partIsAnswered(BodyMutation said) {
    BodyParts told = passing.told();
    ByteBuf part = told.take();
    if (said.getMutationCase() == MutationCase.BODY || said.getClearBody()) {
      part.release();
      part = Unpooled.wrappedBuffer(said.getBody().toByteArray());
    }
    boolean last = told.isEmpty() && telling.toldEnd();
    telling.answered(told.isEmpty() ? Waits.NOTHING : Waits.PARTS);
    finished = last;
    passing.pass(part, last);
    if (filter.isDone()) {
      return;
    }
    if (told.isEmpty() && (last || passing.trailers() != null)) {
      bodyIsAnswered();
    } else if (passing.isLow()) {
      passing.letGo();
    }
  }

  private void comesBack(StreamedBodyResponse said) {
    boolean last = said.getEndOfStream();
    telling.answered(last ? Waits.NOTHING : Waits.PARTS);
    finished = last;
    head = null;
    passing.pass(Unpooled.wrappedBuffer(said.getBody().toByteArray()), last);
    if (last || !said.getBody().isEmpty()) {
      passing.letGo();
    }
  }

  private void bodyIsAnswered() {
    head = null;
    Headers last = passing.trailers();
    if (last != null && mode.trailers() && !telling.toldTrailers()) {
      telling.trailers(last);
    } else {
      goOn();
    }
  }

  @Nullable Refusal onTrailersAnswer(HeaderMutation said) {
    Headers changed = passing.trailers();
    boolean due = telling.waits() == Waits.TRAILERS || goesThrough();
    if (!due || changed == null) {
      return Refusal.spurious("spurious message");
    }
    Refusal refusal = filter.mutate(said, changed, false, false);
    if (refusal == null) {
      telling.answered(Waits.NOTHING);
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

  boolean extend(long millis) {
    return telling.extend(millis);
  }

  /** Whether the processor has said all that it can say here. */
  boolean isFinished() {
    return finished;
  }

  /** Whether parts of the body are the processor's alone: without it nothing is whole. */
  boolean hasGivenAway() {
    return goesThrough() && hasBody;
  }

  // ---- how it ends ----

  private void goOn() {
    head = null;
    passing.goOn();
  }

  /** Nothing is waited for any more: what was kept, and the head before it, goes on as it is. */
  void goOnUnprocessed() {
    telling.stop();
    goOn();
  }

  /** Nothing is told any more, nor waited for; what was kept stays. */
  void stop() {
    telling.stop();
  }

  /** Another message has taken this one's place, and passes. */
  void giveUp() {
    release();
    drops = false;
  }

  void release() {
    telling.stop();
    head = null;
    passing.release();
  }
}
