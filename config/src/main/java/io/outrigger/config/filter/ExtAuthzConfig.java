package io.outrigger.config.filter;

import io.outrigger.config.extauthz.AuthService;
import io.outrigger.config.extauthz.BodyBuffer;
import io.outrigger.config.match.RuntimeFlag;
import io.outrigger.config.match.RuntimeFraction;
import io.outrigger.config.match.StringMatcher;
import io.outrigger.config.metadata.MetadataMatcher;
import io.outrigger.config.route.HeaderMutationRules;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * envoy.filters.http.ext_authz: a service decides whether a request goes on.
 *
 * @param body null: the request's body stays out of it
 * @param statusOnError of the reply where the service can't be asked
 * @param denyWhenOff refuses what {@code enabled} leaves out
 * @param allowedHeaders of the request, those that the service sees; null: all
 * @param rules what the answer may change of the request's headers; null: what isn't a
 *     pseudo-header
 */
public record ExtAuthzConfig(
    AuthService service,
    String statPrefix,
    @Nullable BodyBuffer body,
    boolean failureModeAllow,
    boolean failureModeHeader,
    boolean clearRouteCache,
    int statusOnError,
    boolean validateMutations,
    List<String> metadataNamespaces,
    List<String> routeMetadataNamespaces,
    RuntimeFraction enabled,
    @Nullable MetadataMatcher enabledMetadata,
    @Nullable RuntimeFlag denyWhenOff,
    boolean peerCertificate,
    boolean tlsSession,
    String labelsKey,
    @Nullable List<StringMatcher> allowedHeaders,
    List<StringMatcher> disallowedHeaders,
    boolean rawHeaders,
    boolean chargeCluster,
    boolean dynamicMetadata,
    @Nullable HeaderMutationRules rules)
    implements FilterConfig {}
