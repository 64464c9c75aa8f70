package io.outrigger.proxy.router;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.MirrorPolicy;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.http.Exchange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The copies of one request that are still being fed. */
final class Shadows {
  private final Exchange exchange;

  /** Null until a request with a body had a copy. */
  private @Nullable ArrayList<Shadow> fed;

  Shadows(Exchange exchange) {
    this.exchange = exchange;
  }

  /** Begins a copy for each policy that this request falls under. */
  void start(List<MirrorPolicy> policies, Headers headers, boolean endStream) {
    for (int i = 0; i < policies.size(); i++) {
      MirrorPolicy policy = policies.get(i);
      if (!policy.fraction().admits(exchange.worker().randomLong())) {
        continue;
      }
      String name =
          policy.cluster().isEmpty() && policy.clusterHeader() != null
              ? headers.value(policy.clusterHeader())
              : policy.cluster();
      WorkerCluster to = name == null ? null : exchange.scope().clusters().get(name);
      if (to == null) {
        continue;
      }
      Shadow shadow =
          new Shadow(exchange.worker(), to, headers, policy.disableShadowHostSuffix(), endStream);
      shadow.start();
      if (!endStream) {
        if (fed == null) {
          fed = new ArrayList<>(1);
        }
        fed.add(shadow);
      }
    }
  }

  void data(ByteBuf data, boolean endStream) {
    for (int i = 0; fed != null && i < fed.size(); i++) {
      fed.get(i).data(data.retainedDuplicate(), endStream);
    }
  }

  void trailers(Headers trailers) {
    for (int i = 0; fed != null && i < fed.size(); i++) {
      fed.get(i).trailers(trailers);
    }
  }

  /** The request is over; copies that are whole run on by themselves. */
  void end() {
    for (int i = 0; fed != null && i < fed.size(); i++) {
      fed.get(i).abandon();
    }
    if (fed != null) {
      fed.clear();
    }
  }
}
