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
 * @param struct it came as a TypedStruct, whose type is {@code type}; there are no bytes then
 */
public record TypedExtension(String type, ByteString bytes, boolean struct) {
  private static final String UDPA_STRUCT = "udpa.type.v1.TypedStruct";
  private static final String XDS_STRUCT = "xds.type.v3.TypedStruct";

  /** Opens an Any; a TypedStruct shows the type that it stands for. */
  public static TypedExtension of(Any any, Problems problems) {
    String type = afterSlash(any.getTypeUrl());
    try {
      return switch (type) {
        case UDPA_STRUCT ->
            new TypedExtension(
                afterSlash(TypedStruct.parseFrom(any.getValue()).getTypeUrl()),
                ByteString.EMPTY,
                true);
        case XDS_STRUCT ->
            new TypedExtension(
                afterSlash(
                    com.github.xds.type.v3.TypedStruct.parseFrom(any.getValue()).getTypeUrl()),
                ByteString.EMPTY,
                true);
        default -> new TypedExtension(type, any.getValue(), false);
      };
    } catch (InvalidProtocolBufferException e) {
      problems.error("cannot be read as " + type + ": " + e.getMessage());
      return new TypedExtension(type, ByteString.EMPTY, false);
    }
  }

  /** The message, or null with a problem if the bytes are not one. */
  public <T extends MessageLite> @Nullable T parse(Parser<T> parser, Problems problems) {
    if (struct) {
      problems.error(
          "is a TypedStruct of " + type + "; the message itself is allowed, with its own @type");
      return null;
    }
    try {
      return parser.parseFrom(bytes);
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
