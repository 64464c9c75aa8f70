package io.outrigger.control.translate;

import com.google.protobuf.Any;

/** One Envoy resource, ready to be sent; equal content has an equal version. */
public record Built(String name, String version, Any resource) {}
