package io.outrigger.proxy.sidecar;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The Consul agent of this machine, where the workload is to be registered.
 *
 * @param tokenFile holds the ACL token; null for none
 * @param checkPath where the application says that it is well; null: its port is only connected to
 */
record ConsulAgent(String host, int port, @Nullable Path tokenFile, @Nullable String checkPath) {}
