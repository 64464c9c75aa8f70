package io.outrigger.proxy.restart;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The old process, as the new one sees it: a question a line, an answer of lines up to a dot. One
 * question at a time; file descriptors come only after a question of their own, so that no read of
 * bytes takes one away.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
final class Parent extends ChannelInboundHandlerAdapter implements InheritedSockets {
  private static final long PATIENCE_SECONDS = 5;
  static final String END = ".";

  private final EpollDomainSocketChannel channel = new EpollDomainSocketChannel();
  private final Lines lines = new Lines();
  private final List<String> answer = new ArrayList<>();
  private final List<FileDescriptor> sockets = new ArrayList<>();
  private int socketsAwaited;
  private @Nullable CompletableFuture<List<String>> asked;
  private @Nullable CompletableFuture<List<FileDescriptor>> askedSockets;

  private Parent() {}

  /** Connects; null if nobody listens there. Not on the loop, which the connection will live on. */
  static @Nullable Parent connect(EventLoop loop, ControlSocket socket) throws IOException {
    Parent parent = new Parent();
    ChannelFuture connected =
        new Bootstrap()
            .group(loop)
            .channelFactory(() -> parent.channel)
            .handler(parent)
            .connect(socket.address())
            .awaitUninterruptibly();
    if (!connected.isSuccess()) {
      return null;
    }
    if (!ControlSocket.isOwn(parent.channel)) {
      parent.close();
      throw new IOException("hot restart: " + socket + " is of another user's process");
    }
    return parent;
  }

  /** Asks, without waiting. Fails when the old process ends. */
  CompletableFuture<List<String>> ask(String question) {
    CompletableFuture<List<String>> result = new CompletableFuture<>();
    channel
        .eventLoop()
        .execute(
            () -> {
              if (!channel.isActive()) {
                result.completeExceptionally(gone());
                return;
              }
              asked = result;
              channel.writeAndFlush(Unpooled.copiedBuffer(question + "\n", StandardCharsets.UTF_8));
            });
    return result;
  }

  /** Asks, and waits for the answer. Not on the connection's loop. */
  List<String> require(String question) throws IOException {
    return await(ask(question), question);
  }

  @Override
  public List<FileDescriptor> take(String key) throws IOException {
    int count = Integer.parseInt(require("sockets " + key).getFirst());
    if (count == 0) {
      return List.of();
    }
    CompletableFuture<List<FileDescriptor>> result = new CompletableFuture<>();
    channel
        .eventLoop()
        .execute(
            () -> {
              askedSockets = result;
              socketsAwaited = count;
              channel.config().setReadMode(DomainSocketReadMode.FILE_DESCRIPTORS);
              channel.writeAndFlush(Unpooled.copiedBuffer("go\n", StandardCharsets.UTF_8));
            });
    return await(result, "sockets " + key);
  }

  private static <T> T await(CompletableFuture<T> future, String question) throws IOException {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e);
    } catch (TimeoutException e) {
      throw new IOException("hot restart: the old process doesn't answer to " + question, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static IOException gone() {
    return new IOException("hot restart: the old process has ended");
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws IOException {
    if (message instanceof FileDescriptor socket) {
      sockets.add(socket);
      CompletableFuture<List<FileDescriptor>> waiting = askedSockets;
      if (sockets.size() == socketsAwaited && waiting != null) {
        channel.config().setReadMode(DomainSocketReadMode.BYTES);
        List<FileDescriptor> all = List.copyOf(sockets);
        sockets.clear();
        askedSockets = null;
        waiting.complete(all);
      }
      return;
    }
    lines.add((ByteBuf) message, this::line);
  }

  private void line(String line) {
    if (!line.equals(END)) {
      answer.add(line);
      return;
    }
    List<String> all = List.copyOf(answer);
    answer.clear();
    CompletableFuture<List<String>> waiting = asked;
    asked = null;
    if (waiting != null) {
      waiting.complete(all);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (asked != null) {
      asked.completeExceptionally(gone());
    }
    if (askedSockets != null) {
      askedSockets.completeExceptionally(gone());
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  void close() {
    channel.close();
  }
}
