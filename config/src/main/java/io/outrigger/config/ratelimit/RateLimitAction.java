package io.outrigger.config.ratelimit;

import com.google.protobuf.Value;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.http.QueryParameters;
import io.outrigger.config.match.CidrRange;
import io.outrigger.config.match.HeaderMatcher;
import io.outrigger.config.match.QueryParameterMatcher;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A step in the making of a descriptor: RateLimit.Action. */
public sealed interface RateLimitAction {
  /** Adds its entry; false: the request gets no descriptor of this policy. */
  boolean append(RateLimitRequest request, Descriptor descriptor);

  /** source_cluster: the cluster that this proxy is of. */
  record SourceCluster() implements RateLimitAction {
    @Override
    public boolean append(RateLimitRequest request, Descriptor descriptor) {
      descriptor.add("source_cluster", request.sourceCluster());
      return true;
    }
  }

  /** destination_cluster: where the route leads. */
  record DestinationCluster() implements RateLimitAction {
    @Override
    public boolean append(RateLimitRequest request, Descriptor descriptor) {
      String cluster = request.destinationCluster();
      descriptor.add("destination_cluster", cluster == null ? "" : cluster);
      return true;
    }
  }

  /** request_headers: a header's first value. */
  record RequestHeader(HeaderName name, String key, boolean skipIfAbsent)
      implements RateLimitAction {
    @Override
    public boolean append(RateLimitRequest request, Descriptor descriptor) {
      Headers block = request.headers();
      int slot = block.find(name);
      if (slot < 0) {
        return skipIfAbsent;
      }
      descriptor.add(
          key,
          new String(
              block.data(),
              block.valueOffset(slot),
              block.valueLength(slot),
              StandardCharsets.UTF_8));
      return true;
    }
  }

  /** query_parameters: a parameter's first value, its percent-encoding undone. */
  record QueryParameter(String name, String key, boolean skipIfAbsent) implements RateLimitAction {
    @Override
    public boolean append(RateLimitRequest request, Descriptor descriptor) {
      String value = QueryParameters.firstDecoded(request.headers().value(HeaderName.PATH), name);
      if (value == null) {
        return skipIfAbsent;
      }
      descriptor.add(
          key, new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
      return true;
    }
  }

  /** remote_address: the client's. */
  record RemoteAddress() implements RateLimitAction {
    @Override
    public boolean append(RateLimitRequest request, Descriptor descriptor) {
      InetAddress address = request.remoteAddress();
      if (address == null) {
        return false;
      }
      descriptor.add("remote_address", request.text(address));
      return true;
    }
  }

  /** masked_remote_address: the range of this size that the client's address is in. */
  record MaskedRemoteAddress(int v4Bits, int v6Bits) implements RateLimitAction {
    @Override
    public boolean append(RateLimitRequest request, Descriptor descriptor) {
      InetAddress address = request.remoteAddress();
      if (address == null) {
        return false;
      }
      int bits = address instanceof Inet4Address ? v4Bits : v6Bits;
      CidrRange range = new CidrRange(address, bits);
      descriptor.add("masked_remote_address", request.text(range.address()) + "/" + bits);
      return true;
    }
  }

  /** generic_key: always the same. */
  record GenericKey(String key, String value) implements RateLimitAction {
    @Override
    public boolean append(RateLimitRequest request, Descriptor descriptor) {
      descriptor.add(key, value);
      return true;
    }
  }

  /** header_value_match: a fixed value for requests whose headers match, or don't. */
  record HeaderValueMatch(String key, String value, boolean expected, List<HeaderMatcher> headers)
      implements RateLimitAction {
    public HeaderValueMatch {
      headers = List.copyOf(headers);
    }

    @Override
    public boolean append(RateLimitRequest request, Descriptor descriptor) {
      if (all(request.headers()) != expected) {
        return false;
      }
      descriptor.add(key, value);
      return true;
    }

    private boolean all(Headers block) {
      for (int i = 0, size = headers.size(); i < size; i++) {
        if (!headers.get(i).matches(block)) {
          return false;
        }
      }
      return true;
    }
  }

  /** query_parameter_value_match: as header_value_match, of the query's decoded parameters. */
  record QueryValueMatch(
      String key, String value, boolean expected, List<QueryParameterMatcher> parameters)
      implements RateLimitAction {
    public QueryValueMatch {
      parameters = List.copyOf(parameters);
    }

    @Override
    public boolean append(RateLimitRequest request, Descriptor descriptor) {
      if (all(request.headers()) != expected) {
        return false;
      }
      descriptor.add(key, value);
      return true;
    }

    private boolean all(Headers block) {
      String path = block.value(HeaderName.PATH);
      for (int i = 0, size = parameters.size(); i < size; i++) {
        QueryParameterMatcher matcher = parameters.get(i);
        if (path == null || !matcher.matches(QueryParameters.firstDecoded(path, matcher.name()))) {
          return false;
        }
      }
      return true;
    }
  }

  /** metadata and dynamic_metadata: a text at a path. */
  record MetadataValue(
      String key, MetadataPath at, String otherwise, boolean ofRoute, boolean skipIfAbsent)
      implements RateLimitAction {
    @Override
    public boolean append(RateLimitRequest request, Descriptor descriptor) {
      String text = text(value(request));
      if (text.isEmpty()) {
        return skipIfAbsent;
      }
      descriptor.add(key, text);
      return true;
    }

    private @Nullable Value value(RateLimitRequest request) {
      return ofRoute
          ? request.routeMetadata(at.namespace, at.path)
          : request.dynamicMetadata(at.namespace, at.path);
    }

    private String text(@Nullable Value value) {
      String found = value == null ? "" : value.getStringValue();
      return found.isEmpty() ? otherwise : found;
    }
  }
}
