package io.outrigger.xds;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** One resource with its name and version, as it travels. */
public record VersionedResource(String name, String version, Any body) {
  /**
   * A resource whose version is a hash of its bytes, so that two control planes, or one before and
   * after a restart, give the same resource the same version and nothing is sent twice.
   */
  public static VersionedResource of(ResourceType type, String name, MessageLite message) {
    return of(type, name, message.toByteString());
  }

  /** The same, of a message that is encoded already. */
  public static VersionedResource of(ResourceType type, String name, ByteString encoded) {
    Any body = Any.newBuilder().setTypeUrl(type.typeUrl()).setValue(encoded).build();
    return new VersionedResource(name, hash(encoded), body);
  }

  private static String hash(ByteString encoded) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      encoded.asReadOnlyByteBufferList().forEach(digest::update);
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
