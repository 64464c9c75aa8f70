package io.outrigger.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes the reviews' VirtualService, as an editor would save it. */
final class Edits {
  private final Path file;
  private int count;

  Edits(Path config) {
    this.file = config.resolve("reviews.yaml");
  }

  /** Saves the weights of the three versions; by turns in place, and by a rename over the file. */
  void weights(int v1, int v2, int v3) throws IOException {
    String text =
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews, namespace: shop}
        spec:
          hosts: [reviews]
          http:
          - route:
            - destination: {host: reviews, subset: v1}
              weight: %d
            - destination: {host: reviews, subset: v2}
              weight: %d
            - destination: {host: reviews, subset: v3}
              weight: %d
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: reviews, namespace: shop}
        spec:
          host: reviews
          subsets:
          - {name: v1, labels: {version: v1}}
          - {name: v2, labels: {version: v2}}
          - {name: v3, labels: {version: v3}}
        """
            .formatted(v1, v2, v3);
    if (count++ % 2 == 0) {
      Files.writeString(file, text);
    } else {
      Path fresh = file.resolveSibling(".reviews.yaml.new");
      Files.writeString(fresh, text);
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Saves something that is no VirtualService. */
  void broken() throws IOException {
    Files.writeString(
        file,
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews, namespace: shop}
        spec:
          hosts: [reviews]
          http:
          - rout:
            - destination: {host: reviews, subset: v1}
        """);
  }
}
