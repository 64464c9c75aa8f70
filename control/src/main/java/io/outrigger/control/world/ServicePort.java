package io.outrigger.control.world;

import io.outrigger.control.resource.Protocol;

/** A port under which callers reach a service. */
public record ServicePort(int number, String name, Protocol protocol) {}
