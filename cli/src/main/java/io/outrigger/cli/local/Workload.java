package io.outrigger.cli.local;

import java.util.List;
import java.util.Map;

/**
 * One application beside its sidecar, on loopback.
 *
 * @param name the instance's, unique in its mesh
 * @param service what it is an instance of, and its service account
 * @param appPort where the application listens
 * @param inboundPort where callers' sidecars come in
 * @param proxyPort the application's way out
 * @param command the application's
 */
public record Workload(
    String name,
    String service,
    String namespace,
    Map<String, String> labels,
    int appPort,
    int inboundPort,
    int proxyPort,
    int adminPort,
    Map<String, String> environment,
    List<String> command) {}
