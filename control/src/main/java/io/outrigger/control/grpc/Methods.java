package io.outrigger.control.grpc;

import com.google.protobuf.MessageLite;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.lite.ProtoLiteUtils;
import io.outrigger.api.istio.IstioCertificateRequest;
import io.outrigger.api.istio.IstioCertificateResponse;

/**
 * The methods that the control plane and the rate limit server serve; lite messages have no
 * generated services.
 */
public final class Methods {
  private static final String ADS = "envoy.service.discovery.v3.AggregatedDiscoveryService";

  public static final MethodDescriptor<DiscoveryRequest, DiscoveryResponse> STREAM =
      method(
          MethodType.BIDI_STREAMING,
          ADS,
          "StreamAggregatedResources",
          DiscoveryRequest.getDefaultInstance(),
          DiscoveryResponse.getDefaultInstance());

  public static final MethodDescriptor<DeltaDiscoveryRequest, DeltaDiscoveryResponse> DELTA =
      method(
          MethodType.BIDI_STREAMING,
          ADS,
          "DeltaAggregatedResources",
          DeltaDiscoveryRequest.getDefaultInstance(),
          DeltaDiscoveryResponse.getDefaultInstance());

  public static final MethodDescriptor<IstioCertificateRequest, IstioCertificateResponse>
      CREATE_CERTIFICATE =
          method(
              MethodType.UNARY,
              "istio.v1.auth.IstioCertificateService",
              "CreateCertificate",
              IstioCertificateRequest.getDefaultInstance(),
              IstioCertificateResponse.getDefaultInstance());

  public static final MethodDescriptor<RateLimitRequest, RateLimitResponse> SHOULD_RATE_LIMIT =
      method(
          MethodType.UNARY,
          "envoy.service.ratelimit.v3.RateLimitService",
          "ShouldRateLimit",
          RateLimitRequest.getDefaultInstance(),
          RateLimitResponse.getDefaultInstance());

  private static <Q extends MessageLite, R extends MessageLite> MethodDescriptor<Q, R> method(
      MethodType type, String service, String name, Q request, R response) {
    return MethodDescriptor.<Q, R>newBuilder()
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(service, name))
        .setRequestMarshaller(ProtoLiteUtils.marshaller(request))
        .setResponseMarshaller(ProtoLiteUtils.marshaller(response))
        .build();
  }

  private Methods() {}
}
