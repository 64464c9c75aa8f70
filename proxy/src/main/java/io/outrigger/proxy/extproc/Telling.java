package io.outrigger.proxy.extproc;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.timeout.Timeout;
import java.util.concurrent.TimeUnit;

/** What the processor is told of a message, and what of that it has still to answer in time. */
final class Telling {
  /** What the processor has been told and has not answered yet. */
  enum Waits {
    NOTHING,
    HEAD,
    WHOLE_BODY,
    /** The body's parts, each by itself. */
    PARTS,
    /** As much of the body as the limit lets be kept. */
    BEGINNING,
    TRAILERS
  }

  private final ExtProcFilter filter;
  private final Side side;
  private final Timeout timeout;
  private Waits waits = Waits.NOTHING;
  private boolean toldEnd;
  private boolean toldTrailers;
  private boolean toldAttributes;
  private boolean timeless;
  private boolean extended;

  Telling(ExtProcFilter filter, Side side) {
    this.filter = filter;
    this.side = side;
    this.timeout = new Timeout(filter.worker().timers(), filter::onTimeout);
  }

  Waits waits() {
    return waits;
  }

  /** Whether what it was told last is the body's end. */
  boolean toldEnd() {
    return toldEnd;
  }

  boolean toldTrailers() {
    return toldTrailers;
  }

  /** A body that goes through has no time-out: the processor may want more before it answers. */
  void timeless(boolean now) {
    timeless = now;
  }

  void head(Headers headers, boolean end) {
    ProcessingRequest.Builder message = message();
    side.putHead(message, ProcMessages.headers(headers, end, filter.config()));
    tell(message, Waits.HEAD);
  }

  /** While the head isn't answered, that comes first. */
  void body(ByteString bytes, boolean end, Waits now) {
    toldEnd = end;
    ProcessingRequest.Builder message = message();
    side.putBody(message, HttpBody.newBuilder().setBody(bytes).setEndOfStream(end).build());
    tell(message, waits == Waits.HEAD ? Waits.HEAD : now);
  }

  /** What was told before is answered first. */
  void trailers(Headers last) {
    toldTrailers = true;
    ProcessingRequest.Builder message = message();
    side.putTrailers(message, ProcMessages.trailers(last, filter.config()));
    tell(message, waits == Waits.NOTHING ? Waits.TRAILERS : waits);
  }

  private ProcessingRequest.Builder message() {
    ProcessingRequest.Builder message = filter.message();
    if (!toldAttributes) {
      toldAttributes = true;
      filter.putAttributes(message, side.attributes());
    }
    return message;
  }

  private void tell(ProcessingRequest.Builder message, Waits now) {
    if (!filter.config().observes()) {
      waits = now;
      extended = false;
      arm();
    }
    filter.send(message);
  }

  private void arm() {
    if (!timeless) {
      timeout.arm(TimeUnit.MILLISECONDS.toNanos(filter.config().timeoutMillis()));
    }
  }

  /** What is waited for now that an answer has come. */
  void answered(Waits now) {
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

  /** Nothing is waited for any more. */
  void stop() {
    timeout.cancel();
    waits = Waits.NOTHING;
  }
}
