package io.outrigger.filter;

/** A request's head. */
public interface RequestHead extends Head {
  String method();

  /** Path and query; empty for CONNECT without one. */
  String path();

  /** The host, with its port if one was given. */
  String authority();

  /** http or https. */
  String scheme();
}
