package io.outrigger.proxy.snapshot;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What linking came to.
 *
 * @param snapshot what can be in force now; the one before itself if nothing changed
 * @param references every resource that another one needs, there or not
 * @param missing those of them that something waits for
 * @param extensionTypes of which types what ECDS delivers may be, by name
 * @param warmingClusters clusters whose new configuration waits for something
 * @param warmingListeners listeners whose new configuration waits for something
 */
record Link(
    Snapshot snapshot,
    List<Reference> references,
    Set<Reference> missing,
    Map<String, Set<String>> extensionTypes,
    Set<String> warmingClusters,
    Set<String> warmingListeners) {}
