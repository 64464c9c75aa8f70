/**
 * The seam between codecs and what handles a request: four small interfaces that HTTP/1 and HTTP/2
 * share. Every call is made on the worker that owns the stream.
 */
@NullMarked
package io.outrigger.proxy.stream;

import org.jspecify.annotations.NullMarked;
