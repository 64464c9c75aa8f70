package io.outrigger.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.stream.RequestSink;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ServerStream;
import org.jspecify.annotations.Nullable;

/** The one request that an HTTP/1 server connection has in hand; reused from one to the next. */
final class Http1ServerStream implements ServerStream {
  private final Http1ServerConnection connection;
  private final Http1Settings settings;

  @Nullable RequestSink sink;
  boolean http10;
  boolean headRequest;
  boolean connect;
  boolean mayUpgrade;
  boolean requestEnded;
  boolean responseStarted;
  boolean responseEnded;
  boolean closeAfter;
  boolean keepAliveAsked;
  int pauses;
  private final BodyWriter body;
  private boolean bodiless;

  Http1ServerStream(Http1ServerConnection connection, Http1Settings settings) {
    this.connection = connection;
    this.settings = settings;
    body = new BodyWriter(connection, settings);
  }

  void begin() {
    sink = null;
    http10 = false;
    headRequest = false;
    connect = false;
    mayUpgrade = false;
    requestEnded = false;
    responseStarted = false;
    responseEnded = false;
    closeAfter = false;
    keepAliveAsked = false;
    pauses = 0;
    body.begin(false);
    bodiless = false;
  }

  @Override
  public String protocol() {
    return http10 ? "HTTP/1.0" : "HTTP/1.1";
  }

  @Override
  public void sendInformational(Headers headers) {
    if (http10 || responseEnded || connection.isClosing()) {
      return; // HTTP/1.0 clients know no 1xx (RFC 9110 15.2)
    }
    ByteBuf buffer = connection.out().buffer();
    HeadWriter.statusLine(buffer, status(headers), false);
    HeadWriter.fields(buffer, headers, settings.properCaseWords());
    buffer.writeBytes(HeadWriter.CRLF);
  }

  private static int status(Headers headers) {
    int slot = headers.find(HeaderName.STATUS);
    int offset = headers.valueOffset(slot);
    int value = 0;
    for (int i = 0, length = headers.valueLength(slot); i < length; i++) {
      value = value * 10 + headers.data()[offset + i] - '0';
    }
    return value;
  }

  @Override
  public void sendHeaders(Headers headers, boolean endStream) {
    if (responseEnded || connection.isClosing()) {
      return;
    }
    responseStarted = true;
    int status = status(headers);
    boolean tunnel = status == 101 || (connect && status / 100 == 2);
    bodiless = headRequest || status == 204 || status == 304;
    if (status == 204) {
      headers.remove(HeaderName.CONTENT_LENGTH); // RFC 9110 8.6
    }
    boolean hasLength = headers.contains(HeaderName.CONTENT_LENGTH);
    body.begin(!http10 && !tunnel && !bodiless && !endStream && !hasLength);
    if (!requestEnded && endStream
        || (http10 && !endStream && !hasLength && !bodiless)
        || (tunnel && endStream)) {
      closeAfter = true;
    }
    ByteBuf buffer = connection.out().buffer();
    HeadWriter.statusLine(buffer, headers, status, http10);
    HeadWriter.fields(buffer, headers, settings.properCaseWords());
    if (!tunnel) {
      if (closeAfter || connection.isDraining()) {
        closeAfter = true;
        line(buffer, headers, HeaderName.CONNECTION, HeadWriter.CLOSE);
      } else if (http10) {
        line(buffer, headers, HeaderName.CONNECTION, HeadWriter.KEEP_ALIVE);
      }
    }
    if (body.chunked()
        || (headRequest && !hasLength && !http10 && status != 204 && status != 304)) {
      // to HEAD: what a GET would be answered with
      line(buffer, headers, HeaderName.TRANSFER_ENCODING, HeadWriter.CHUNKED);
    } else if (endStream && !hasLength && !bodiless && !tunnel) {
      line(buffer, headers, HeaderName.CONTENT_LENGTH, HeadWriter.LENGTH_ZERO);
    }
    buffer.writeBytes(HeadWriter.CRLF);
    if (endStream) {
      end();
    }
  }

  private void line(ByteBuf buffer, Headers headers, HeaderName name, byte[] line) {
    HeadWriter.line(buffer, headers, settings.properCaseWords(), name, line);
  }

  @Override
  public void sendData(ByteBuf data, boolean endStream) {
    if (responseEnded || connection.isClosing()) {
      data.release();
      return;
    }
    if (bodiless) {
      data.release();
    } else {
      body.data(data);
    }
    if (endStream) {
      body.end();
      end();
    }
  }

  @Override
  public void sendTrailers(Headers trailers) {
    if (responseEnded || connection.isClosing()) {
      return;
    }
    body.end(trailers);
    end();
  }

  private void end() {
    responseEnded = true;
    connection.onResponseEnded();
  }

  @Override
  public void acceptUpgrade() {
    if (mayUpgrade) {
      connection.onUpgradeAccepted();
    }
  }

  @Override
  public void reset(ResetReason reason) {
    sink = null;
    connection.resetStream();
  }

  @Override
  public boolean isWritable() {
    return connection.isWritable();
  }

  @Override
  public void pauseRequest() {
    pauses++;
  }

  @Override
  public void resumeRequest() {
    if (--pauses == 0) {
      connection.resumeReading();
    }
  }

  @Override
  public void drainConnection() {
    closeAfter = true;
  }
}
