package io.outrigger.api.schema;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** A message's wire bytes while they are written. */
final class MessageBytes {
  /** Most messages of a configuration are short; the usual 4 KiB each would be its largest cost. */
  private static final int BUFFER = 64;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  final CodedOutputStream out = CodedOutputStream.newInstance(bytes, BUFFER);

  byte[] toByteArray() throws IOException {
    out.flush();
    return bytes.toByteArray();
  }
}
