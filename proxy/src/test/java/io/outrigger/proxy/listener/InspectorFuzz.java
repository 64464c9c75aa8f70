package io.outrigger.proxy.listener;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** The first bytes of a connection: what was once seen in them stays, however many more come. */
public final class InspectorFuzz {
  private InspectorFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    ByteBuf bytes = Unpooled.wrappedBuffer(data);
    ProxyHeader.Look header = null;
    ClientHello.Look hello = null;
    for (int length = 0; length <= data.length; length++) {
      ByteBuf part = bytes.slice(0, length);
      ProxyHeader.Look thisHeader = ProxyHeader.read(part);
      ClientHello.Look thisHello = ClientHello.look(part, ClientHello.MAX_SIZE);
      if (part.readerIndex() != 0) {
        throw new AssertionError("an inspector consumed");
      }
      if (header != null && !(header instanceof ProxyHeader.NeedMore)) {
        same(header, thisHeader);
      }
      if (hello != null && !(hello instanceof ClientHello.NeedMore)) {
        same(hello, thisHello);
      }
      header = thisHeader;
      hello = thisHello;
    }
  }

  private static void same(Object before, Object now) {
    if (before.getClass() != now.getClass()) {
      throw new AssertionError(before + " became " + now);
    }
  }
}
