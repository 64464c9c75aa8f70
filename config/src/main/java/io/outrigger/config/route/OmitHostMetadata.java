package io.outrigger.config.route;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.metadata.Metadata;
import java.io.IOException;

/** Reads OmitHostMetadataConfig, whose one field is {@code Metadata metadata_match = 1}. */
final class OmitHostMetadata {
  private static final int METADATA_MATCH_TAG = 1 << 3 | 2;

  private OmitHostMetadata() {}

  static Metadata metadata(TypedExtension extension, Problems problems) {
    var builder = io.envoyproxy.envoy.config.core.v3.Metadata.newBuilder();
    try {
      CodedInputStream in = extension.bytes().newCodedInput();
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (tag == METADATA_MATCH_TAG) {
          in.readMessage(builder, ExtensionRegistryLite.getEmptyRegistry());
        } else {
          in.skipField(tag);
        }
      }
    } catch (IOException e) {
      problems.error("cannot be read as " + extension.type() + ": " + e.getMessage());
    }
    return Metadata.of(builder.build());
  }
}
