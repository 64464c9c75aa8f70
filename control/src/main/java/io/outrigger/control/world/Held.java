package io.outrigger.control.world;

import io.outrigger.control.resource.ResourceId;

/** A change that waits, because applying it now would route to nothing; and for what it waits. */
public record Held(ResourceId resource, String reason) {}
