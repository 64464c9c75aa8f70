package io.outrigger.proxy.snapshot;

import com.google.protobuf.MessageLite;

/**
 * A resource that was received and compiled.
 *
 * @param proto what it was compiled from
 * @param version what the control plane calls it; empty for one of the bootstrap
 * @param dynamic whether it came by xDS
 * @param updatedMillis when it came, since the epoch
 */
public record Held<T>(
    String name, T value, MessageLite proto, String version, boolean dynamic, long updatedMillis) {}
