package io.outrigger.control.inject;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.outrigger.control.inject.InjectionSettings.Capture;
import io.outrigger.control.inject.InjectionSettings.Drain;
import io.outrigger.control.inject.InjectionSettings.Probe;
import io.outrigger.control.inject.InjectionSettings.Resources;
import io.outrigger.control.istio.InterceptionMode;
import java.util.List;

/**
 * What holds for one pod: an installation's settings, and its annotations in their place.
 *
 * @param mode how what comes in reaches the sidecar
 * @param nativeSidecar whether the sidecar is an init container that goes on running
 * @param controlAddress {@code HOST:PORT}
 * @param zipkin {@code HOST:PORT} of a collector; empty: nothing is traced
 * @param volumes of the pod, for its sidecar
 * @param mounts of the sidecar
 */
record PodSettings(
    String image,
    Resources resources,
    String logLevel,
    int concurrency,
    boolean nativeSidecar,
    boolean holdApplication,
    boolean rewriteProbes,
    boolean prometheusMerge,
    int statusPort,
    Probe readiness,
    Drain drain,
    InterceptionMode mode,
    Capture capture,
    String controlAddress,
    String zipkin,
    int traceSampling,
    List<ObjectNode> volumes,
    List<ObjectNode> mounts) {}
