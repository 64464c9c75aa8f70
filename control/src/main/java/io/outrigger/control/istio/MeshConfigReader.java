package io.outrigger.control.istio;

import io.outrigger.control.istio.MeshConfig.AccessLogEncoding;
import io.outrigger.control.istio.MeshConfig.OutboundTrafficPolicy;
import io.outrigger.control.resource.Fields;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads the mesh's settings; what isn't given stays at Istio's default. */
public final class MeshConfigReader {
  private MeshConfigReader() {}

  public static MeshConfig read(Fields fields) {
    MeshConfig or = MeshConfig.DEFAULT;
    OutboundTrafficPolicy policy =
        fields.object(
            "outboundTrafficPolicy",
            f -> f.oneOf("mode", OutboundTrafficPolicy.class, OutboundTrafficPolicy.ALLOW_ANY));
    Boolean mtls = fields.bool("enableAutoMtls");
    LocalityBalancing locality = fields.object("localityLbSetting", LocalityBalancingReader::read);
    InterceptionMode mode =
        fields.object(
            "defaultConfig",
            f -> f.oneOf("interceptionMode", InterceptionMode.class, or.interceptionMode()));
    return new MeshConfig(
        fields.string("trustDomain", or.trustDomain()),
        fields.string("rootNamespace", or.rootNamespace()),
        or.domain(),
        mtls == null || mtls,
        policy == null ? or.outboundTrafficPolicy() : policy,
        otherwise(fields.duration("connectTimeout"), or.connectTimeout()),
        otherwise(fields.duration("protocolDetectionTimeout"), or.protocolDetectionTimeout()),
        fields.oneOf("h2UpgradePolicy", Upgrade.class, Upgrade.DO_NOT_UPGRADE) == Upgrade.UPGRADE,
        fields.string("accessLogFile"),
        fields.string("accessLogFormat"),
        fields.oneOf("accessLogEncoding", AccessLogEncoding.class, AccessLogEncoding.TEXT),
        HttpRouteReader.retries(fields, "defaultHttpRetryPolicy"),
        ExtensionProviderReader.read(fields),
        locality == null ? or.localityBalancing() : locality,
        mode == null ? or.interceptionMode() : mode);
  }

  private enum Upgrade {
    DO_NOT_UPGRADE,
    UPGRADE
  }

  private static Duration otherwise(@Nullable Duration value, Duration otherwise) {
    return value == null ? otherwise : value;
  }
}
