package io.outrigger.proxy.admin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the admin server: HTTP/1.1 in its plainest form, request by request.
 *
 * <p>It is not the codec that carries traffic, so that a fault in that leaves the way to look at it
 * open. A request's body is skipped. What isn't HTTP, or is larger than it should be, closes the
 * connection.
 */
final class AdminConnection extends ChannelInboundHandlerAdapter {
  private static final int MAX_HEAD = 16_384;
  private static final int MAX_BODY = 1 << 20;
  private static final byte[] END = {'\r', '\n', '\r', '\n'};

  private final AdminPages pages;
  private final Clock clock;
  private @Nullable ByteBuf pending;
  private int skip;

  /** A page takes its time; what was sent behind its request waits. */
  private boolean waiting;

  /** Whether an answer is written within {@link #channelRead}, which goes on by itself. */
  private boolean reading;

  AdminConnection(AdminPages pages, Clock clock) {
    this.pages = pages;
    this.clock = clock;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    ByteBuf all = pending == null ? in : pending.writeBytes(in);
    if (pending != null) {
      in.release();
    }
    pending = null;
    reading = true;
    process(ctx, all);
    reading = false;
  }

  private void process(ChannelHandlerContext ctx, ByteBuf all) {
    while (!waiting && ctx.channel().isActive() && all.isReadable()) {
      if (skip > 0) {
        int skipped = Math.min(skip, all.readableBytes());
        all.skipBytes(skipped);
        skip -= skipped;
        continue;
      }
      int end = endOfHead(all);
      if (end < 0) {
        break;
      }
      String head = all.readCharSequence(end, StandardCharsets.ISO_8859_1).toString();
      all.skipBytes(END.length);
      handle(ctx, head);
    }
    if (all.readableBytes() > MAX_HEAD) {
      ctx.close();
    } else if (all.isReadable() && ctx.channel().isActive()) {
      pending = ctx.alloc().buffer(all.readableBytes()).writeBytes(all);
    }
    all.release();
  }

  private static int endOfHead(ByteBuf in) {
    int from = in.readerIndex();
    for (int i = from; i + END.length <= in.writerIndex(); i++) {
      if (in.getByte(i) == '\r'
          && in.getByte(i + 1) == '\n'
          && in.getByte(i + 2) == '\r'
          && in.getByte(i + 3) == '\n') {
        return i - from;
      }
    }
    return -1;
  }

  private void handle(ChannelHandlerContext ctx, String head) {
    String[] lines = head.split("\r\n", -1);
    String[] request = lines[0].split(" ", -1);
    if (request.length != 3 || !request[2].startsWith("HTTP/1.") || !request[1].startsWith("/")) {
      write(ctx, AdminReply.error(400, "Bad Request"), true, true);
      return;
    }
    boolean close = request[2].equals("HTTP/1.0");
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      String name = colon < 0 ? lines[i] : lines[i].substring(0, colon).toLowerCase(Locale.ROOT);
      String value = colon < 0 ? "" : lines[i].substring(colon + 1).strip();
      switch (name) {
        case "content-length" -> skip = bodyLength(value);
        case "transfer-encoding" -> skip = -1;
        case "connection" -> close |= value.equalsIgnoreCase("close");
        default -> {}
      }
    }
    if (skip < 0 || skip > MAX_BODY) {
      skip = 0;
      write(ctx, AdminReply.error(413, "Payload Too Large"), true, true);
      return;
    }
    boolean withBody = !request[0].equals("HEAD");
    String method = withBody ? request[0] : "GET";
    boolean closes = close;
    waiting = true;
    pages.answer(
        AdminRequest.of(method, request[1], isLocal(ctx)),
        reply -> {
          waiting = false;
          write(ctx, reply, withBody, closes);
          if (!reading) {
            goOn(ctx);
          }
        });
    ctx.channel().config().setAutoRead(!waiting);
  }

  /** An answer came later: what waited behind its request is next. */
  private void goOn(ChannelHandlerContext ctx) {
    ctx.flush();
    ByteBuf rest = pending;
    pending = null;
    if (rest != null) {
      reading = true;
      process(ctx, rest);
      reading = false;
      ctx.flush();
    }
    ctx.channel().config().setAutoRead(!waiting);
  }

  private static boolean isLocal(ChannelHandlerContext ctx) {
    return ctx.channel().remoteAddress() instanceof InetSocketAddress from
        && from.getAddress().isLoopbackAddress();
  }

  private static int bodyLength(String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private void write(ChannelHandlerContext ctx, AdminReply reply, boolean withBody, boolean close) {
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            ZonedDateTime.ofInstant(clock.instant(), ZoneOffset.UTC));
    String head =
        "HTTP/1.1 "
            + reply.status()
            + ' '
            + reason(reply.status())
            + "\r\ncontent-type: "
            + reply.contentType()
            + "\r\ncache-control: no-cache, max-age=0\r\nx-content-type-options: nosniff\r\ndate: "
            + date
            + "\r\nserver: envoy\r\ncontent-length: "
            + body.length
            + (close ? "\r\nconnection: close" : "")
            + "\r\n\r\n";
    ByteBuf out = ctx.alloc().buffer(head.length() + body.length);
    out.writeCharSequence(head, StandardCharsets.ISO_8859_1);
    if (withBody) {
      out.writeBytes(body);
    }
    ctx.write(out);
    if (close) {
      ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 400 -> "Bad Request";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 413 -> "Payload Too Large";
      case 501 -> "Not Implemented";
      case 503 -> "Service Unavailable";
      default -> status < 500 ? "Status" : "Internal Server Error";
    };
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (pending != null) {
      pending.release();
      pending = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close(); // a broken connection concerns nobody else
  }
}
