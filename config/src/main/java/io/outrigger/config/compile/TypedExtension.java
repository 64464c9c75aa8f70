package io.outrigger.config.compile;

import com.github.udpa.udpa.type.v1.TypedStruct;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import org.jspecify.annotations.Nullable;

/**
 * The content of a typed_config: a message's full name and its bytes.
 *
 * @param type full name of the message, what follows the type URL's last slash; empty if not set
 * @param struct it came as a TypedStruct, whose type is {@code type}; the bytes are the Struct's
 */
public record TypedExtension(String type, ByteString bytes, boolean struct) {
  private static final String UDPA_STRUCT = "udpa.type.v1.TypedStruct";
  private static final String XDS_STRUCT = "xds.type.v3.TypedStruct";

  /** Opens an Any; a TypedStruct shows the type that it stands for. */
  public static TypedExtension of(Any any, Problems problems) {
    String type = afterSlash(any.getTypeUrl());
    try {
      return switch (type) {
        case UDPA_STRUCT -> {
          TypedStruct given = TypedStruct.parseFrom(any.getValue());
          yield new TypedExtension(
              afterSlash(given.getTypeUrl()), given.getValue().toByteString(), true);
        }
        case XDS_STRUCT -> {
          var given = com.github.xds.type.v3.TypedStruct.parseFrom(any.getValue());
          yield new TypedExtension(
              afterSlash(given.getTypeUrl()), given.getValue().toByteString(), true);
        }
        default -> new TypedExtension(type, any.getValue(), false);
      };
    } catch (InvalidProtocolBufferException e) {
      problems.error("cannot be read as " + type + ": " + e.getMessage());
      return new TypedExtension(type, ByteString.EMPTY, false);
    }
  }

  /** The message, or null with a problem if the bytes are not one. */
  public <T extends MessageLite> @Nullable T parse(Parser<T> parser, Problems problems) {
    try {
      ByteString wire = struct ? StructMessage.wire(type, bytes, problems) : bytes;
      return wire == null ? null : parser.parseFrom(wire);
    } catch (InvalidProtocolBufferException e) {
      problems.error("cannot be read as " + type + ": " + e.getMessage());
      return null;
    }
  }

  /**
   * Whether this is one of Istio's own extensions, which observe requests and change nothing on
   * their way.
   */
  public boolean isIstios() {
    return type.startsWith("istio.")
        || type.startsWith("io.istio.")
        || type.startsWith("stats.")
        || type.equals("envoy.tcp.metadataexchange.config.MetadataExchange")
        || type.startsWith("envoy.extensions.filters.http.peer_metadata.")
        || type.contains(".alpn.v2alpha1.");
  }

  private static String afterSlash(String typeUrl) {
    return typeUrl.substring(typeUrl.lastIndexOf('/') + 1);
  }
}
