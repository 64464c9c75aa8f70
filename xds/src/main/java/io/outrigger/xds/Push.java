package io.outrigger.xds;

import java.util.Collection;
import java.util.List;

/**
 * One response before it is written in either protocol.
 *
 * @param changed what is new or changed
 * @param removed names that are gone
 * @param held all that the client holds after this push
 */
record Push(
    ResourceType type,
    String version,
    String nonce,
    List<VersionedResource> changed,
    List<String> removed,
    Collection<VersionedResource> held) {}
