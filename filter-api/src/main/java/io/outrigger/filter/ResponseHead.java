package io.outrigger.filter;

/** A response's head. */
public interface ResponseHead extends Head {
  int status();
}
