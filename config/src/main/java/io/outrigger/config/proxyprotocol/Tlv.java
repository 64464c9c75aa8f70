package io.outrigger.config.proxyprotocol;

import com.google.protobuf.ByteString;

/**
 * An extension of a PROXY header of version 2 (proxy-protocol.txt, section 2.2).
 *
 * @param type 0 to 255
 */
public record Tlv(int type, ByteString value) {}
