package io.outrigger.config.hcm;

import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.http.original_ip_detection.custom_header.v3.CustomHeaderConfig;
import io.envoyproxy.envoy.extensions.http.original_ip_detection.xff.v3.XffConfig;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.match.CidrRangeCompiler;
import java.util.ArrayList;
import java.util.List;

/** Compiles original_ip_detection_extensions. */
final class OriginalIpDetectionCompiler {
  private static final String PACKAGE = "envoy.extensions.http.original_ip_detection.";
  private static final int FORBIDDEN = 403;

  private OriginalIpDetectionCompiler() {}

  static List<OriginalIpDetection> compile(List<TypedExtensionConfig> protos, Problems problems) {
    List<OriginalIpDetection> all = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      Problems here = problems.at("original_ip_detection_extensions", i).at("typed_config");
      TypedExtension extension = TypedExtension.of(protos.get(i).getTypedConfig(), here);
      switch (extension.type()) {
        case PACKAGE + "xff.v3.XffConfig" -> {
          XffConfig proto = extension.parse(XffConfig.parser(), here);
          if (proto != null) {
            all.add(xff(proto, here));
          }
        }
        case PACKAGE + "custom_header.v3.CustomHeaderConfig" -> {
          CustomHeaderConfig proto = extension.parse(CustomHeaderConfig.parser(), here);
          if (proto != null) {
            all.add(customHeader(proto));
          }
        }
        default ->
            here.error("'" + extension.type() + "' is not supported; xff and custom_header are");
      }
    }
    return all;
  }

  private static OriginalIpDetection xff(XffConfig proto, Problems problems) {
    if (proto.hasXffTrustedCidrs() && proto.getXffNumTrustedHops() != 0) {
      problems.error("Cannot set both xff_num_trusted_hops and xff_trusted_cidrs");
    }
    return new OriginalIpDetection.Xff(
        Unsigned.clamp(proto.getXffNumTrustedHops()),
        CidrRangeCompiler.compileAll(
            proto.getXffTrustedCidrs().getCidrsList(), "cidrs", problems.at("xff_trusted_cidrs")),
        proto.hasSkipXffAppend() && !proto.getSkipXffAppend().getValue());
  }

  private static OriginalIpDetection customHeader(CustomHeaderConfig proto) {
    int status = proto.getRejectWithStatus().getCodeValue();
    return new OriginalIpDetection.CustomHeader(
        HeaderName.of(proto.getHeaderName()).inRequests(),
        proto.getAllowExtensionToSetAddressAsTrusted(),
        !proto.hasRejectWithStatus() ? 0 : status < 400 || status > 511 ? FORBIDDEN : status);
  }
}
