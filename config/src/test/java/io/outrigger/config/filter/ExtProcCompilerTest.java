package io.outrigger.config.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor;
import io.outrigger.config.YamlProto;
import io.outrigger.config.compile.Problem;
import io.outrigger.config.compile.Problems;
import org.junit.jupiter.api.Test;

class ExtProcCompilerTest {
  private final Problems problems = new Problems();

  private ExtProcConfig compile(String yaml) {
    return ExtProcCompiler.compile(
        YamlProto.of(
            "envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor",
            ExternalProcessor.parser(),
            yaml),
        problems);
  }

  @Test
  void headsAreSeenUnlessSkipped() {
    ExtProcConfig config =
        compile(
            """
            grpc_service: {envoy_grpc: {cluster_name: c}}
            processing_mode: {response_header_mode: SKIP}
            """);
    assertThat(problems.list()).isEmpty();
    assertThat(config.mode().request().head()).isTrue();
    assertThat(config.mode().response().head()).isFalse();
    assertThat(config.timeoutMillis()).isEqualTo(200);
  }

  @Test
  void lengthsAreDroppedWhereTheBodyMayChangeBehindTheHead() {
    ExtProcMode mode =
        compile(
                """
                grpc_service: {envoy_grpc: {cluster_name: c}}
                processing_mode: {request_body_mode: BUFFERED, response_header_mode: SKIP, response_body_mode: BUFFERED, response_trailer_mode: SEND}
                """)
            .mode();
    assertThat(problems.list()).isEmpty();
    assertThat(mode.request())
        .isEqualTo(new ExtProcMode.Way(true, ExtProcMode.Body.BUFFERED, false));
    assertThat(mode.request().dropsLength()).isFalse();
    assertThat(mode.response())
        .isEqualTo(new ExtProcMode.Way(false, ExtProcMode.Body.BUFFERED, true));
    assertThat(mode.response().dropsLength()).isTrue();
  }

  @Test
  void overridesLeaveWhatTheyDoNotName() {
    ExtProcConfig config =
        compile(
            """
            grpc_service: {envoy_grpc: {cluster_name: c}}
            processing_mode: {response_header_mode: SKIP, request_body_mode: STREAMED, request_trailer_mode: SEND}
            allow_mode_override: true
            allowed_override_modes: [{response_header_mode: SEND}]
            """);
    assertThat(problems.list()).isEmpty();
    assertThat(config.allowOverride()).isTrue();
    assertThat(config.allowedOverrides())
        .containsExactly(
            new ExtProcMode(
                new ExtProcMode.Way(true, ExtProcMode.Body.NONE, true),
                new ExtProcMode.Way(true, ExtProcMode.Body.NONE, false)));
  }

  @Test
  void whatGoesThroughEndsWithTrailers() {
    compile(
        """
        grpc_service: {envoy_grpc: {cluster_name: c}}
        processing_mode: {request_body_mode: FULL_DUPLEX_STREAMED, response_body_mode: FULL_DUPLEX_STREAMED, response_trailer_mode: SEND}
        """);
    assertThat(problems.list())
        .extracting(Problem::fieldPath)
        .containsExactly("processing_mode.request_trailer_mode");
  }

  @Test
  void aServiceByHttpSeesHeadsOnly() {
    String http =
        "http_service: {http_service: {http_uri: {uri: 'http://h/p', cluster: c, timeout: 1s}}}";
    assertThat(compile(http).http()).isNotNull();
    assertThat(problems.list()).isEmpty();
    compile(http + "\nprocessing_mode: {request_body_mode: BUFFERED}");
    assertThat(problems.list()).extracting(Problem::fieldPath).containsExactly("processing_mode");
  }

  @Test
  void whatIsNotBuiltIsRefusedByItsPath() {
    compile(
        """
        grpc_service: {envoy_grpc: {cluster_name: c}}
        request_attributes: [request.path, request.paths]
        on_processing_response: {name: r}
        """);
    assertThat(problems.list())
        .extracting(Problem::fieldPath)
        .containsExactlyInAnyOrder("request_attributes[1]", "on_processing_response");
  }
}
