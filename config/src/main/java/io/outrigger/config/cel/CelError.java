package io.outrigger.config.cel;

/** That an expression, or a part of it, has no value: a key that isn't there, a wrong type. */
public record CelError(String message) {
  static CelError noSuchKey(Object key) {
    return new CelError("no such key: " + key);
  }

  static CelError noOverload(String function) {
    return new CelError("no such overload: " + function);
  }
}
