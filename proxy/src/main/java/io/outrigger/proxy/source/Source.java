package io.outrigger.proxy.source;

/** Brings what one need asks for, until it is closed. On the configuration loop. */
sealed interface Source permits FileSource, StreamSource {
  void close();
}
