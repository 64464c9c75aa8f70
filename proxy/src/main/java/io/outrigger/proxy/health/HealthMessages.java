package io.outrigger.proxy.health;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The two messages of grpc.health.v1.Health/Check. */
public final class HealthMessages {
  public static final String CHECK = "/grpc.health.v1.Health/Check";

  /** HealthCheckRequest.service and HealthCheckResponse.status are both field 1. */
  private static final int FIELD = 1;

  private static final int SERVING = 1;

  private HealthMessages() {}

  /** The question about a service; empty: about the server. */
  public static byte[] request(String service) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      if (!service.isEmpty()) {
        out.writeString(FIELD, service);
      }
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Whether an answer says SERVING. */
  public static boolean isServing(byte[] message) {
    try {
      CodedInputStream in = CodedInputStream.newInstance(message);
      int status = 0;
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (tag == FIELD << 3) {
          status = in.readEnum();
        } else {
          in.skipField(tag);
        }
      }
      return status == SERVING;
    } catch (IOException e) {
      return false;
    }
  }
}
