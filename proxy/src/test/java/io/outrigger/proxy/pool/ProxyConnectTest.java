package io.outrigger.proxy.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProxyConnectTest {
  private static final String ASKED = "CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n\r\n";

  @Test
  void whatWasWrittenGoesAfterTheAnswer() {
    assertThat(outcome("HTTP/1.1 200 OK\r\n\r\nrest")).isEqualTo(ASKED + "held true rest");
  }

  @Test
  void nothingGoesToWhoRefuses() {
    assertThat(outcome("HTTP/1.1 403 No\r\n\r\nbody")).isEqualTo(ASKED + " false ");
  }

  @Test
  void nothingGoesBeforeTheAnswer() {
    assertThat(outcome("HTTP/1.1 200 OK\r\n")).isEqualTo(ASKED + " true ");
  }

  @Test
  void noAnswerCanComeFromWhoHasClosed() {
    ChannelInboundHandlerAdapter first = new ChannelInboundHandlerAdapter();
    EmbeddedChannel channel = new EmbeddedChannel(first);
    ProxyConnect.ask(channel, first, new byte[] {1});
    ChannelFuture held = channel.writeAndFlush(Unpooled.buffer().writeByte(2));
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertThat(channel.isOpen()).isFalse();
    assertThat(held.isDone()).isTrue();
    assertThat(held.isSuccess()).isFalse();
    channel.finishAndReleaseAll();
  }

  private static String outcome(String answer) {
    byte[] bytes = answer.getBytes(StandardCharsets.ISO_8859_1);
    return ProxyConnectFuzz.outcome(bytes, bytes.length);
  }
}
