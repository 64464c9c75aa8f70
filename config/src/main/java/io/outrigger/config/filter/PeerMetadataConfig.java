package io.outrigger.config.filter;

/**
 * Istio's filter for the metadata of peers, {@code io.istio.http.peer_metadata.Config}: what of its
 * headers is read, and where they are set.
 *
 * @param fromClient requests' headers tell of the caller, and go no further
 * @param fromUpstream responses' headers tell of who answers, and go no further
 * @param toClient a caller that told is told
 * @param toUpstream requests tell of this workload
 * @param skipExternal not to clusters that are marked as outside the mesh
 */
public record PeerMetadataConfig(
    boolean fromClient,
    boolean fromUpstream,
    boolean toClient,
    boolean toUpstream,
    boolean skipExternal)
    implements FilterConfig {}
