package io.outrigger.proxy.istio;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.outrigger.proxy.stats.StatStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What comes first on a connection whose peers exchange metadata: whole, cut in two, in bytes. */
public final class PeerExchangeFuzz {
  private static final String ALPN = "istio-peer-exchange";
  private static final StatStore STORE = new StatStore(1);
  private static final PeerExchanges EXCHANGES =
      new PeerExchanges(STORE, new IstioMetrics(STORE, Node.getDefaultInstance()));

  private PeerExchangeFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    String whole = outcome(data, Math.max(1, data.length));
    same(whole, outcome(data, Math.max(1, data.length / 2)));
    same(whole, outcome(data, 1));
  }

  /** Who was learned of, what was passed on, and whether the connection lived. */
  private static String outcome(byte[] data, int atOnce) {
    List<String> learned = new ArrayList<>();
    EmbeddedChannel channel = new EmbeddedChannel();
    EXCHANGES.begin(channel, ALPN, ALPN, true, 1, peer -> learned.add(peer.workload));
    for (int at = 0; at < data.length && channel.isOpen(); at += atOnce) {
      int size = Math.min(atOnce, data.length - at);
      channel.pipeline().fireChannelRead(Unpooled.copiedBuffer(data, at, size));
    }
    boolean lives = channel.isOpen();
    channel.finish();
    StringBuilder passed = new StringBuilder();
    for (ByteBuf bytes = channel.readInbound(); bytes != null; bytes = channel.readInbound()) {
      passed.append(bytes.toString(StandardCharsets.ISO_8859_1));
      bytes.release();
    }
    channel.releaseOutbound();
    return learned + " " + lives + " " + passed;
  }

  private static void same(String whole, String cut) {
    if (!whole.equals(cut)) {
      throw new AssertionError("whole: " + whole + "; cut: " + cut);
    }
  }
}
