package io.outrigger.config.listener;

import io.outrigger.config.filter.FilterConfig;

/** The configuration of a filter, as ECDS delivers it. */
public sealed interface ExtensionConfig {
  /** The full name of the message that it came as. */
  String type();

  /** Of an HTTP filter. */
  record Http(String type, FilterConfig config) implements ExtensionConfig {}

  /** Of a network filter. */
  record Network(String type, NetworkFilterConfig config) implements ExtensionConfig {}

  /** Of a listener filter. */
  record Listener(String type, ListenerFilterConfig config) implements ExtensionConfig {}
}
