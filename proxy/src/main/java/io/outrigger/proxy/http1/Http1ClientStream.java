package io.outrigger.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ResponseSink;
import org.jspecify.annotations.Nullable;

/** The one request that an HTTP/1 client connection has in hand; reused from one to the next. */
final class Http1ClientStream implements ClientStream {
  private static final byte[] HEAD = {'H', 'E', 'A', 'D'};
  private static final byte[] GET = {'G', 'E', 'T'};
  private static final byte[] DELETE = {'D', 'E', 'L', 'E', 'T', 'E'};
  private static final byte[] TRACE = {'T', 'R', 'A', 'C', 'E'};
  private static final byte[] CONNECT = {'C', 'O', 'N', 'N', 'E', 'C', 'T'};

  private final Http1ClientConnection connection;
  private final Http1Settings settings;

  @Nullable ResponseSink sink;
  boolean headRequest;
  boolean connect;
  boolean upgrade;
  boolean requestEnded;
  int pauses;
  private final BodyWriter body;

  Http1ClientStream(Http1ClientConnection connection, Http1Settings settings) {
    this.connection = connection;
    this.settings = settings;
    body = new BodyWriter(connection, settings);
  }

  void begin(ResponseSink to) {
    sink = to;
    headRequest = false;
    connect = false;
    upgrade = false;
    requestEnded = false;
    pauses = 0;
    body.begin(false);
  }

  @Override
  public void sendHeaders(Headers headers, boolean endStream) {
    if (sink == null || connection.isClosed()) {
      return;
    }
    int method = headers.find(HeaderName.METHOD);
    headRequest = headers.valueEquals(method, HEAD);
    connect = headers.valueEquals(method, CONNECT);
    upgrade = !connect && headers.contains(HeaderName.UPGRADE);
    boolean hasLength = headers.contains(HeaderName.CONTENT_LENGTH);
    body.begin(!endStream && !hasLength && !connect && !upgrade);
    ByteBuf buffer = connection.out().buffer();
    boolean proper = settings.properCaseWords();
    HeadWriter.requestLine(buffer, headers, proper, settings.wholeUrl() && !connect);
    HeadWriter.fields(buffer, headers, proper);
    if (body.chunked()) {
      HeadWriter.line(buffer, headers, proper, HeaderName.TRANSFER_ENCODING, HeadWriter.CHUNKED);
    } else if (endStream && !hasLength && expectsBody(headers, method)) {
      // RFC 9110 8.6
      HeadWriter.line(buffer, headers, proper, HeaderName.CONTENT_LENGTH, HeadWriter.LENGTH_ZERO);
    }
    buffer.writeBytes(HeadWriter.CRLF);
    if (endStream) {
      requestEnded = true;
    }
  }

  private static boolean expectsBody(Headers headers, int method) {
    return !headers.valueEquals(method, GET)
        && !headers.valueEquals(method, HEAD)
        && !headers.valueEquals(method, DELETE)
        && !headers.valueEquals(method, TRACE)
        && !headers.valueEquals(method, CONNECT);
  }

  @Override
  public void sendData(ByteBuf data, boolean endStream) {
    if (sink == null || connection.isClosed()) {
      data.release();
      return;
    }
    body.data(data);
    if (endStream) {
      body.end();
      end();
    }
  }

  @Override
  public void sendTrailers(Headers trailers) {
    if (sink == null || connection.isClosed()) {
      return;
    }
    body.end(trailers);
    end();
  }

  private void end() {
    requestEnded = true;
    if (connect || upgrade) {
      connection.onTunnelRequestEnded();
    }
  }

  @Override
  public void reset(ResetReason reason) {
    if (sink != null) {
      sink = null;
      connection.resetStream();
    }
  }

  @Override
  public boolean isWritable() {
    return connection.isWritable();
  }

  @Override
  public void pauseResponse() {
    pauses++;
  }

  @Override
  public void resumeResponse() {
    if (--pauses == 0) {
      connection.resumeReading();
    }
  }
}
