package io.outrigger.proxy.http2;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Handles the frames that carry no message: SETTINGS, PING, GOAWAY, WINDOW_UPDATE and the like. */
final class ControlFrames {
  private static final long KEEPALIVE = 0x6b65_6570_616c_6976L;

  private final Http2Connection connection;
  private boolean settingsSeen;
  private boolean settingsAcknowledged;
  private @Nullable Future<?> keepalive;

  /** Whether the answer to a PING of ours is awaited. */
  private boolean pinged;

  ControlFrames(Http2Connection connection) {
    this.connection = connection;
  }

  boolean settingsSeen() {
    return settingsSeen;
  }

  /** Whether the peer knows our limits. */
  boolean settingsAcknowledged() {
    return settingsAcknowledged;
  }

  void onFrame(int type, int flags, int streamId, ByteBuf payload, int length) {
    switch (type) {
      case Frame.SETTINGS -> settings(flags, streamId, payload, length);
      case Frame.PING -> ping(flags, streamId, payload, length);
      case Frame.GOAWAY -> goAway(streamId, payload, length);
      case Frame.WINDOW_UPDATE -> windowUpdate(streamId, payload, length);
      case Frame.RST_STREAM -> reset(streamId, payload, length);
      case Frame.PRIORITY -> priority(streamId, payload, length);
      case Frame.PUSH_PROMISE -> connection.fail(Frame.PROTOCOL_ERROR, "PUSH_PROMISE is refused");
      default -> connection.flooded(connection.guard.onIdleFrame());
    }
  }

  private boolean onStreamZero(String name, int streamId) {
    if (streamId != 0) {
      connection.fail(Frame.PROTOCOL_ERROR, name + " on stream " + streamId);
    }
    return streamId == 0;
  }

  private boolean sized(String name, int length, int wanted) {
    if (length != wanted) {
      connection.fail(Frame.FRAME_SIZE_ERROR, name + " of " + length + " bytes, not " + wanted);
    }
    return length == wanted;
  }

  private void settings(int flags, int streamId, ByteBuf payload, int length) {
    if (!onStreamZero("SETTINGS", streamId)) {
      return;
    }
    if ((flags & Frame.ACK) != 0) {
      settingsAcknowledged |= sized("SETTINGS with ACK", length, 0);
      return;
    }
    if (length % 6 != 0) {
      connection.fail(Frame.FRAME_SIZE_ERROR, "SETTINGS of " + length + " bytes");
      return;
    }
    boolean first = !settingsSeen;
    settingsSeen = true;
    long maxStreams = first ? Integer.MAX_VALUE : -1;
    for (int left = length; left > 0 && connection.isReading(); left -= 6) {
      int setting = payload.readUnsignedShort();
      long value = payload.readUnsignedInt();
      if (setting == Frame.MAX_CONCURRENT_STREAMS) {
        maxStreams = value;
      } else {
        setting(setting, value);
      }
    }
    if (connection.isReading()) {
      connection.writer.settingsAck();
      connection.sender().checkOutbound();
      if (maxStreams >= 0) {
        connection.onPeerMaxConcurrentStreams(maxStreams);
      }
    }
  }

  private void setting(int setting, long value) {
    switch (setting) {
      case Frame.HEADER_TABLE_SIZE ->
          connection.sender().encoder().peerTableSize((int) Math.min(value, Integer.MAX_VALUE));
      case Frame.INITIAL_WINDOW_SIZE -> {
        if (value > Frame.MAX_WINDOW
            || !connection.sender().initialStreamWindow((int) value, connection.streams)) {
          connection.fail(Frame.FLOW_CONTROL_ERROR, "INITIAL_WINDOW_SIZE of " + value);
        }
      }
      case Frame.ENABLE_PUSH, Frame.ENABLE_CONNECT_PROTOCOL -> {
        if (value > 1) {
          connection.fail(Frame.PROTOCOL_ERROR, "a setting of 0 or 1 is " + value);
        }
      }
      case Frame.MAX_FRAME_SIZE -> {
        if (value < Frame.MAX_PAYLOAD || value >= 1 << 24) {
          connection.fail(Frame.PROTOCOL_ERROR, "MAX_FRAME_SIZE of " + value);
        }
      }
      default -> {}
    }
  }

  private void ping(int flags, int streamId, ByteBuf payload, int length) {
    if (!onStreamZero("PING", streamId) || !sized("PING", length, 8)) {
      return;
    }
    long data = payload.readLong();
    if ((flags & Frame.ACK) == 0) {
      connection.writer.ping(data, true);
      connection.sender().checkOutbound();
    } else if (data == KEEPALIVE) {
      pinged = false;
      cancelKeepalive();
      startKeepalive();
    } else {
      connection.onPingAck(data);
    }
  }

  private void goAway(int streamId, ByteBuf payload, int length) {
    if (!onStreamZero("GOAWAY", streamId)) {
      return;
    }
    if (length < 8) {
      connection.fail(Frame.FRAME_SIZE_ERROR, "GOAWAY of " + length + " bytes");
      return;
    }
    if (!connection.flooded(connection.guard.onIdleFrame())) {
      connection.onGoAway(payload.readInt() & Integer.MAX_VALUE, payload.readInt());
    }
  }

  private void windowUpdate(int streamId, ByteBuf payload, int length) {
    if (!sized("WINDOW_UPDATE", length, 4)
        || connection.flooded(connection.guard.onWindowUpdate())) {
      return;
    }
    int increment = payload.readInt() & Integer.MAX_VALUE;
    if (streamId == 0) {
      if (increment == 0) {
        connection.fail(Frame.PROTOCOL_ERROR, "WINDOW_UPDATE of 0");
      } else if (!connection.sender().growWindow(increment)) {
        connection.fail(Frame.FLOW_CONTROL_ERROR, "the connection's window is above 2^31-1");
      }
      return;
    }
    Http2Stream stream = connection.streams.get(streamId);
    if (stream == null) {
      if (connection.isIdle(streamId)) {
        connection.fail(Frame.PROTOCOL_ERROR, "WINDOW_UPDATE on idle stream " + streamId);
      }
    } else if (increment == 0) {
      connection.resetByUs(stream, Frame.PROTOCOL_ERROR, Http2Connection.VIOLATION);
    } else if (!connection.sender().growWindow(stream, increment)) {
      connection.resetByUs(stream, Frame.FLOW_CONTROL_ERROR, Http2Connection.VIOLATION);
    }
  }

  private void reset(int streamId, ByteBuf payload, int length) {
    if (!sized("RST_STREAM", length, 4)) {
      return;
    }
    if (streamId == 0 || connection.isIdle(streamId)) {
      connection.fail(Frame.PROTOCOL_ERROR, "RST_STREAM on idle stream " + streamId);
      return;
    }
    Http2Stream stream = connection.streams.get(streamId);
    connection.stats.rxReset.inc(connection.cell);
    if (stream == null) {
      connection.flooded(connection.guard.onIdleFrame());
    } else {
      connection.onPeerReset(stream, payload.readInt());
    }
  }

  private void priority(int streamId, ByteBuf payload, int length) {
    if (streamId == 0) {
      connection.fail(Frame.PROTOCOL_ERROR, "PRIORITY on stream 0");
    } else if (length != 5) {
      Http2Stream stream = connection.streams.get(streamId);
      if (stream == null) {
        connection.fail(Frame.FRAME_SIZE_ERROR, "PRIORITY of " + length + " bytes");
      } else {
        connection.resetByUs(stream, Frame.FRAME_SIZE_ERROR, Http2Connection.VIOLATION);
      }
    } else if (!connection.flooded(connection.guard.onPriority())
        && (payload.readInt() & Integer.MAX_VALUE) == streamId) {
      connection.fail(Frame.PROTOCOL_ERROR, "a stream depends on itself");
    }
  }

  // ---- keepalive ----

  /** Sends a PING after the interval, and closes if no answer comes in time. */
  void startKeepalive() {
    long interval = connection.settings.keepaliveIntervalMillis();
    if (interval > 0 && !connection.isClosed()) {
      keepalive = connection.schedule(this::sendKeepalive, interval);
    }
  }

  /** Sends a PING ahead of a stream, where the peer has been silent for so long. */
  void checkIdle(long silentNanos) {
    long most = connection.settings.keepaliveIdleMillis();
    if (!pinged && silentNanos > TimeUnit.MILLISECONDS.toNanos(most)) {
      cancelKeepalive();
      sendKeepalive();
    }
  }

  private void sendKeepalive() {
    if (!connection.isClosed()) {
      pinged = true;
      connection.writer.ping(KEEPALIVE, false);
      keepalive =
          connection.schedule(this::keepaliveTimeout, connection.settings.keepaliveTimeoutMillis());
    }
  }

  private void keepaliveTimeout() {
    if (!connection.isClosed()) {
      connection.stats.keepaliveTimeout.inc(connection.cell);
      connection.closeAfterFlush("http2_ping_timeout");
    }
  }

  private void cancelKeepalive() {
    if (keepalive != null) {
      keepalive.cancel(false);
      keepalive = null;
    }
  }

  void stop() {
    cancelKeepalive();
  }
}
