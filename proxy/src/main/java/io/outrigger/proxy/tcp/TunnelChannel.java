package io.outrigger.proxy.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResetReason;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * A stream to an upstream whose CONNECT or POST was answered, in the shape of a connection: what is
 * written is the request's body, what is read the response's. On its worker.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
final class TunnelChannel extends AbstractChannel implements DuplexChannel {
  private static final ChannelMetadata METADATA = new ChannelMetadata(false);

  private final Config config = new Config(this);
  private @Nullable ClientStream stream;
  private boolean paused = true;
  private boolean requestEnded;
  private boolean open = true;

  TunnelChannel(ClientStream stream) {
    super(null);
    this.stream = stream;
    stream.pauseResponse();
  }

  // ---- what the stream tells ----

  void onData(ByteBuf data) {
    pipeline().fireChannelRead(data);
    pipeline().fireChannelReadComplete();
  }

  void onWritable() {
    if (open) {
      unsafe().flush();
    }
  }

  /** The response is over: the stream takes nothing any more either. */
  void onEnd() {
    ClientStream ended = stream;
    stream = null;
    if (ended != null && requestEnded) {
      ended.release();
    } else if (ended != null) {
      ended.reset(ResetReason.LOCAL_RESET);
    }
    close();
  }

  /** The stream is gone. */
  void onReset() {
    stream = null;
    close();
  }

  // ---- the channel ----

  @Override
  protected void doWrite(ChannelOutboundBuffer out) throws ClosedChannelException {
    for (Object message = out.current(); message != null; message = out.current()) {
      ClientStream to = stream;
      if (to == null || requestEnded) {
        throw new ClosedChannelException();
      }
      ByteBuf data = (ByteBuf) message;
      if (data.isReadable()) {
        if (!to.isWritable()) {
          return; // onWritable goes on
        }
        to.sendData(data.retain(), false);
      }
      out.remove();
    }
  }

  @Override
  protected void doBeginRead() {
    ClientStream from = stream;
    if (paused && from != null) {
      paused = false;
      from.resumeResponse();
    }
  }

  private void pause() {
    ClientStream from = stream;
    if (!paused && from != null) {
      paused = true;
      from.pauseResponse();
    }
  }

  @Override
  protected void doClose() {
    open = false;
    ClientStream left = stream;
    stream = null;
    if (left != null) {
      left.reset(ResetReason.LOCAL_RESET);
    }
  }

  @Override
  public ChannelFuture shutdownOutput() {
    return shutdownOutput(newPromise());
  }

  @Override
  public ChannelFuture shutdownOutput(ChannelPromise promise) {
    ClientStream to = stream;
    if (!requestEnded && to != null) {
      requestEnded = true;
      to.sendData(Unpooled.EMPTY_BUFFER, true);
    }
    return promise.setSuccess();
  }

  @Override
  public boolean isOutputShutdown() {
    return requestEnded || !open;
  }

  @Override
  public boolean isInputShutdown() {
    return !open;
  }

  @Override
  public boolean isShutdown() {
    return !open;
  }

  @Override
  public ChannelFuture shutdownInput() {
    return shutdownInput(newPromise());
  }

  @Override
  public ChannelFuture shutdownInput(ChannelPromise promise) {
    return promise.setFailure(new UnsupportedOperationException("a stream's input stays open"));
  }

  @Override
  public ChannelFuture shutdown() {
    return close();
  }

  @Override
  public ChannelFuture shutdown(ChannelPromise promise) {
    return close(promise);
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new AbstractUnsafe() {
      @Override
      public void connect(
          SocketAddress remote, @Nullable SocketAddress local, ChannelPromise promise) {
        promise.setFailure(new UnsupportedOperationException("is connected"));
      }
    };
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected @Nullable SocketAddress localAddress0() {
    return null;
  }

  @Override
  protected @Nullable SocketAddress remoteAddress0() {
    return null;
  }

  @Override
  protected void doBind(SocketAddress local) {
    throw new UnsupportedOperationException("a stream has no address");
  }

  @Override
  protected void doDisconnect() {
    doClose();
  }

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isActive() {
    return open;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  private static final class Config extends DefaultChannelConfig {
    private final TunnelChannel of;

    Config(TunnelChannel channel) {
      super(channel);
      this.of = channel;
      setAutoRead(false);
    }

    @Override
    protected void autoReadCleared() {
      if (of != null) { // the constructor above clears it too
        of.pause();
      }
    }
  }
}
