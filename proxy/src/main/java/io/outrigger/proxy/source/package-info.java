/**
 * Sources of configuration beside the aggregated stream: files, and a gRPC stream for one type.
 * Everything runs on the configuration loop, but for a thread that waits for changes of files.
 */
@NullMarked
package io.outrigger.proxy.source;

import org.jspecify.annotations.NullMarked;
