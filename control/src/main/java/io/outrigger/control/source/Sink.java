package io.outrigger.control.source;

import java.util.Map;

/** Takes what a source has read; on that source's thread. */
public interface Sink {
  /**
   * Files, or objects of an API server, have changed.
   *
   * @param changed the content by what names it, unique over all sources; absent for what is gone
   * @param seenNanos when the first of the changes was seen
   */
  void changed(Map<String, ParsedFile> changed, long seenNanos);

  /** Whether a file's new content takes endpoints away. */
  boolean removesEndpoints(String file, ParsedFile content);
}
