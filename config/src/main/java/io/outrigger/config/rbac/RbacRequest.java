package io.outrigger.config.rbac;

import com.google.protobuf.Value;
import io.outrigger.config.cel.AttributeSource;
import io.outrigger.config.http.Headers;
import io.outrigger.config.listener.ConnectionFacts;
import io.outrigger.config.tls.SanMatcher;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What policies ask of a request, or of a connection as long as no request has come on it. */
public interface RbacRequest {
  /** False: what a request alone can tell is not known yet. */
  boolean isWhole();

  /** Null on a TCP connection. */
  @Nullable Headers headers();

  /** Where the path, without query and fragment, stands in the headers; its length is -1: none. */
  int pathOffset();

  int pathLength();

  /** Addresses are null where there is no IP, as on pipes. */
  @Nullable InetAddress destinationAddress();

  int destinationPort();

  /** The connection's client, which a PROXY header may have named. */
  @Nullable InetAddress sourceAddress();

  /** The socket's peer. */
  @Nullable InetAddress directRemoteAddress();

  /** The client, which headers may have named. */
  @Nullable InetAddress remoteAddress();

  /** The SNI; empty if there is none. */
  String serverName();

  boolean isTls();

  /** The client's certificate was shown and checked. */
  boolean isPeerValidated();

  List<String> uriSans();

  List<String> dnsSans();

  /** The subject of the client's certificate; empty if there is none. */
  String subject();

  boolean hasSan(SanMatcher matcher);

  @Nullable Value dynamicMetadata(String namespace, List<String> path);

  @Nullable Value routeMetadata(String namespace, List<String> path);

  @Nullable Value filterState(String key);

  /** What expressions ask; made when asked for. */
  AttributeSource attributes();

  /**
   * What matchers ask of the connection; its source is the client, which headers may have named.
   */
  ConnectionFacts connection();
}
