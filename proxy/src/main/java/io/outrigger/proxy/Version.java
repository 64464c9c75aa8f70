package io.outrigger.proxy;

/** This proxy's version, and that of the Envoy whose behaviour it follows. */
final class Version {
  static final String NUMBER = "0.1.0";
  static final String ENVOY = "1.40.0";

  private Version() {}
}
