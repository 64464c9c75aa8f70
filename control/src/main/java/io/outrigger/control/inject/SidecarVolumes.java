package io.outrigger.control.inject;

import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;

/** The volumes that a sidecar has, under Istio's names for them, and where it mounts them. */
final class SidecarVolumes {
  static final String STATE = "istio-envoy";
  static final String SCRATCH = "istio-data";
  private static final String POD_INFO = "istio-podinfo";
  private static final String TOKEN = "istio-token";
  private static final String ROOT = "istiod-ca-cert";

  static final String STATE_DIR = "/var/lib/outrigger";
  static final String POD_INFO_DIR = "/etc/istio/pod";
  static final String TOKEN_FILE = "/var/run/secrets/tokens/istio-token";
  static final String ROOT_FILE = "/var/run/secrets/istio/root-cert.pem";

  /** Istio's audience, and the life of its tokens; the kubelet renews them. */
  private static final String AUDIENCE = "istio-ca";

  private static final long TOKEN_SECONDS = 43_200;

  private SidecarVolumes() {}

  static List<Volume> all() {
    return List.of(
        new VolumeBuilder().withName(STATE).withNewEmptyDir().endEmptyDir().build(),
        new VolumeBuilder().withName(SCRATCH).withNewEmptyDir().endEmptyDir().build(),
        new VolumeBuilder()
            .withName(POD_INFO)
            .withNewDownwardAPI()
            .addNewItem()
            .withPath("labels")
            .withNewFieldRef()
            .withFieldPath("metadata.labels")
            .endFieldRef()
            .endItem()
            .addNewItem()
            .withPath("annotations")
            .withNewFieldRef()
            .withFieldPath("metadata.annotations")
            .endFieldRef()
            .endItem()
            .endDownwardAPI()
            .build(),
        new VolumeBuilder()
            .withName(TOKEN)
            .withNewProjected()
            .addNewSource()
            .withNewServiceAccountToken()
            .withAudience(AUDIENCE)
            .withExpirationSeconds(TOKEN_SECONDS)
            .withPath("istio-token")
            .endServiceAccountToken()
            .endSource()
            .endProjected()
            .build(),
        new VolumeBuilder()
            .withName(ROOT)
            .withNewConfigMap()
            .withName("istio-ca-root-cert")
            .endConfigMap()
            .build());
  }

  static List<VolumeMount> mounts() {
    return List.of(
        mount(STATE, STATE_DIR),
        mount(SCRATCH, "/tmp"),
        mount(POD_INFO, POD_INFO_DIR),
        mount(TOKEN, "/var/run/secrets/tokens"),
        mount(ROOT, "/var/run/secrets/istio"));
  }

  static VolumeMount mount(String volume, String path) {
    return new VolumeMountBuilder().withName(volume).withMountPath(path).build();
  }
}
