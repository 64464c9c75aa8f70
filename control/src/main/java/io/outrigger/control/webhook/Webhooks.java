package io.outrigger.control.webhook;

import io.outrigger.control.apiserver.ApiServer;
import io.outrigger.control.apiserver.WebhookTrust;
import io.outrigger.control.ca.ServerIdentity;
import io.outrigger.control.istio.MeshConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The webhooks of a control plane: their server, and the API server's trust in it. */
public final class Webhooks implements AutoCloseable {
  private final WebhookServer server;
  private final @Nullable WebhookTrust trust;

  private Webhooks(WebhookServer server, @Nullable WebhookTrust trust) {
    this.server = server;
    this.trust = trust;
  }

  /**
   * Begins to answer {@code /inject} and {@code /validate}.
   *
   * @param settings of injection; a file that may change
   * @param cluster whose webhook configurations are kept; null: nobody's
   * @param root what they must trust, PEM
   * @param mesh its settings, as they are in force
   */
  public static Webhooks start(
      InetSocketAddress address,
      ServerIdentity identity,
      Path settings,
      @Nullable ApiServer cluster,
      String root,
      Supplier<MeshConfig> mesh)
      throws IOException {
    WebhookServer server = new WebhookServer(address, identity);
    SettingsFile file = new SettingsFile(settings);
    server.on(
        "/inject",
        new PodReviewer(
            file,
            cluster == null ? name -> Map.of() : cluster::namespaceLabels,
            cluster == null ? () -> true : cluster::hasNativeSidecars,
            () -> mesh.get().interceptionMode()));
    server.on("/validate", new ResourceReviewer());
    server.start();
    WebhookTrust trust = null;
    if (cluster != null) {
      trust = cluster.webhookTrust(root, file.get().revision());
      trust.start();
    }
    return new Webhooks(server, trust);
  }

  /**
   * Has the API server trust other roots.
   *
   * @param root PEM
   */
  public void trust(String root) {
    if (trust != null) {
      trust.trust(root);
    }
  }

  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    if (trust != null) {
      trust.close();
    }
    server.close();
  }
}
