package io.outrigger.config.hcm;

import com.google.protobuf.BoolValue;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import java.io.IOException;

/** Compiles what a connection manager does with x-request-id. */
final class RequestIdCompiler {
  private static final String UUID = "envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig";
  private static final int PACK_TRACE_REASON_TAG = 1 << 3 | 2;
  private static final int USE_FOR_SAMPLING_TAG = 2 << 3 | 2;

  private RequestIdCompiler() {}

  static RequestIdOptions compile(HttpConnectionManager proto, Problems problems) {
    boolean pack = true;
    boolean sampling = true;
    if (proto.hasRequestIdExtension()) {
      Problems here = problems.at("request_id_extension").at("typed_config");
      TypedExtension extension =
          TypedExtension.of(proto.getRequestIdExtension().getTypedConfig(), here);
      if (extension.type().equals(UUID)) {
        pack = flag(extension, PACK_TRACE_REASON_TAG, here);
        sampling = flag(extension, USE_FOR_SAMPLING_TAG, here);
      } else {
        here.error("'" + extension.type() + "' is not supported; " + UUID + " is");
      }
    }
    return new RequestIdOptions(
        !proto.hasGenerateRequestId() || proto.getGenerateRequestId().getValue(),
        proto.getPreserveExternalRequestId(),
        proto.getAlwaysSetRequestIdInResponse(),
        pack,
        sampling);
  }

  /** A BoolValue of UuidRequestIdConfig, true unless it is there and false. */
  private static boolean flag(TypedExtension extension, int wanted, Problems problems) {
    boolean found = true;
    try {
      CodedInputStream in = extension.bytes().newCodedInput();
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (tag == wanted) {
          found =
              in.readMessage(BoolValue.parser(), ExtensionRegistryLite.getEmptyRegistry())
                  .getValue();
        } else {
          in.skipField(tag);
        }
      }
    } catch (IOException e) {
      problems.error("cannot be read as " + UUID + ": " + e.getMessage());
    }
    return found;
  }
}
