package io.outrigger.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResetReason;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the client codec makes of responses, wherever they are cut, and when it takes another. */
final class Http1ClientConnectionTest {
  private final ClientTranscript transcript = new ClientTranscript();
  private final List<String> events = transcript.events;
  private final EmbeddedChannel channel = transcript.channel;
  private final Http1ClientConnection connection = transcript.connection;

  private ClientStream request(String method) {
    return transcript.request(method);
  }

  private void read(String bytes) {
    transcript.read(bytes);
  }

  private String written() {
    return transcript.written();
  }

  @Test
  void writesRequests() {
    request("GET");
    assertThat(written()).isEqualTo("GET /p HTTP/1.1\r\nhost: host\r\nx: y\r\n\r\n");
    read("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    request("POST");
    assertThat(written()).endsWith("x: y\r\ncontent-length: 0\r\n\r\n");
    channel.finishAndReleaseAll();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi=> headers 200;data hi;end;available",
        "GET HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n=> headers 200;end;available",
        "HEAD HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n=> headers 200;end;available",
        "GET HTTP/1.1 304 x\r\ncontent-length: 2\r\n\r\n=> headers 304;end;available",
        "GET HTTP/1.1 204 No Content\r\n\r\n=> headers 204;end;available",
        "GET HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"
            + "=> headers 200;data abc;end;available",
        "GET HTTP/1.1 103 Early\r\nl: 1\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
            + "=> informational 103;headers 200;end;available",
        "GET HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\nx=> headers 200;data x;end;draining",
        "GET HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 1\r\n\r\nx"
            + "=> headers 200;data x;end;draining",
      })
  void readsAResponseCutAnywhere(String example) {
    String[] parts = example.split("=> ", -1);
    String method = parts[0].substring(0, parts[0].indexOf(' '));
    String bytes = parts[0].substring(method.length() + 1);
    for (int cut = 0; cut <= bytes.length(); cut++) {
      var test = new Http1ClientConnectionTest();
      test.request(method);
      test.read(bytes.substring(0, cut));
      test.read(bytes.substring(cut));
      assertThat(String.join(";", test.events).replace(";data ", ";data ").replace("data ;", ""))
          .as("cut at %d", cut)
          .satisfies(got -> assertThat(ClientTranscript.joinData(got)).startsWith(parts[1]));
      test.channel.finishAndReleaseAll();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 99 x\r\n\r\n",
        "HTTP/1.1 2000 x\r\n\r\n",
        "HTTP/2.0 200 x\r\n\r\n",
        "SSH-2.0-OpenSSH\r\n",
        "HTTP/1.1 200 OK\r\nbad name: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\n",
        "HTTP/1.1 204 OK\r\ntransfer-encoding: chunked\r\n\r\n",
        "HTTP/1.1 204 OK\r\ncontent-length: 1\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 100 Continue\r\ncontent-length: 1\r\n\r\n",
      })
  void refusesAResponseThatIsWrong(String bytes) {
    request("GET");
    read(bytes);
    assertThat(events.getFirst()).startsWith("reset PROTOCOL_ERROR");
    assertThat(channel.isOpen()).isFalse();
    assertThat(connection.availableStreams()).isZero();
    channel.finishAndReleaseAll();
  }

  @Test
  void endsABodyWithoutLengthAtTheClose() {
    request("GET");
    read("HTTP/1.1 200 OK\r\n\r\nsome");
    read("thing");
    channel.close();
    assertThat(events)
        .containsSubsequence("headers 200", "data some", "data thing", "end", "closed");
    channel.finishAndReleaseAll();
  }

  @Test
  void tellsOfACloseInTheMiddle() {
    request("GET");
    read("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nsome");
    channel.close();
    assertThat(events).contains("reset PROTOCOL_ERROR null");
    channel.finishAndReleaseAll();
  }

  @Test
  void closesWhenBytesAreLeftOver() {
    request("GET");
    read("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nxHTTP/1.1 200 OK\r\n\r\n");
    assertThat(events).containsExactly("headers 200", "data x", "end", "draining", "closed");
    channel.finishAndReleaseAll();
  }

  @Test
  void closesWhenAnIdleConnectionSpeaks() {
    read("HTTP/1.1 408 Request Timeout\r\n\r\n");
    assertThat(channel.isOpen()).isFalse();
    channel.finishAndReleaseAll();
  }

  @Test
  void givesAStreamUpByClosing() {
    ClientStream stream = request("GET");
    read("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nsome");
    stream.reset(ResetReason.LOCAL_RESET);
    channel.runPendingTasks();
    assertThat(events).last().isEqualTo("closed");
    assertThat(channel.isOpen()).isFalse();
    channel.finishAndReleaseAll();
  }
}
