package io.outrigger.proxy.stats.sink;

import io.outrigger.config.bootstrap.StatsSink;
import io.outrigger.proxy.log.Log;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Statsd's lines in datagrams; what the socket does not take at once is lost, as datagrams are. */
final class StatsdDatagrams implements StatsOutput {
  private final StatsSink.Statsd config;
  private final StatsdLines lines;
  private final StringBuilder packed = new StringBuilder();
  private @Nullable DatagramChannel channel;
  private boolean failed;

  StatsdDatagrams(StatsSink.Statsd config) {
    this.config = config;
    this.lines = new StatsdLines(config.prefix(), config.tags());
  }

  @Override
  public void flush(FlushedStats stats) {
    failed = false;
    lines.write(stats, this::add);
    if (!packed.isEmpty()) {
      send();
    }
  }

  private void add(String line) {
    if (!packed.isEmpty() && packed.length() + 1 + line.length() > config.mostBytes()) {
      send();
    }
    if (!packed.isEmpty()) {
      packed.append('\n');
    }
    packed.append(line);
    if (packed.length() >= config.mostBytes()) {
      send();
    }
  }

  private void send() {
    byte[] datagram = packed.toString().getBytes(StandardCharsets.UTF_8);
    packed.setLength(0);
    try {
      open().write(ByteBuffer.wrap(datagram));
    } catch (IOException e) {
      if (!failed) { // nobody listens: said of each second datagram
        failed = true;
        Log.MAIN.debug("statistics to " + config.address() + ": " + e.getMessage());
      }
    }
  }

  private DatagramChannel open() throws IOException {
    DatagramChannel open = channel;
    if (open == null) {
      open = DatagramChannel.open();
      channel = open;
      open.configureBlocking(false);
      open.connect(new InetSocketAddress(config.address().address(), config.address().port()));
    }
    return open;
  }
}
