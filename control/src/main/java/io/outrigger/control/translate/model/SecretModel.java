package io.outrigger.control.translate.model;

/** A secret to be sent. Its text as a record must not have the key. */
public sealed interface SecretModel {
  String name();

  /** A certificate, leaf first, and its key, in PEM. */
  record Certificate(String name, String chain, String privateKey) implements SecretModel {
    @Override
    public String toString() {
      return "Certificate[" + name + "]";
    }
  }

  /** Those that the other side's certificates come from, in PEM. */
  record Authorities(String name, String certificates) implements SecretModel {}
}
