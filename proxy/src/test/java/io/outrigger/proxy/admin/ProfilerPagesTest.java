package io.outrigger.proxy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfilerPagesTest {
  @TempDir private Path directory;

  @Test
  void recordsTheJvmUntilItIsTold() {
    AdminPages pages = new AdminPages();
    new ProfilerPages().register(pages);
    Path file = directory.resolve("a.jfr");
    assertThat(post(pages, "/outrigger/jfr?enable=n").status()).isEqualTo(400);
    assertThat(post(pages, "/outrigger/jfr?enable=y&file=" + file).body()).isEqualTo("OK\n");
    assertThat(post(pages, "/outrigger/jfr?enable=y").status()).isEqualTo(400);
    assertThat(post(pages, "/outrigger/jfr?enable=n").body()).isEqualTo(file + "\n");
    assertThat(file).isNotEmptyFile();
  }

  @Test
  void tellsWhereTheMemoryIs() {
    assertThat(MemoryPage.show().body())
        .contains("\"total_physical_bytes\"", "\"metaspace\"", "\"code\"", "\"direct\"");
  }

  private static AdminReply post(AdminPages pages, String target) {
    AtomicReference<AdminReply> reply = new AtomicReference<>();
    pages.answer(AdminRequest.of("POST", target, true), reply::set);
    return reply.get();
  }
}
