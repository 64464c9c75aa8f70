package io.outrigger.config.filter;

import io.outrigger.config.source.GrpcService;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a route says of ext_proc; what is null is the chain's.
 *
 * @param metadata of the call, in place of the service's of these names
 */
public record ExtProcRoute(
    @Nullable ExtProcMode mode,
    @Nullable GrpcService service,
    @Nullable List<String> forwarded,
    @Nullable List<String> received,
    List<Map.Entry<String, String>> metadata)
    implements FilterConfig {}
