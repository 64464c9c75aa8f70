package io.outrigger.proxy.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.accesslog.AccessLogConfig;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.testkit.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessLogsTest {
  private final StatStore stats = new StatStore(1);
  private final AccessLogs logs = new AccessLogs(stats, 2);
  private final TestEntry entry = new TestEntry();

  @TempDir Path directory;

  private AccessLogger logger(String path) throws Exception {
    AccessLogConfig config = LineFormatTest.config("");
    return logs.logger(
        List.of(
            new AccessLogConfig("f", null, new AccessLogConfig.FileSink(path), config.format())));
  }

  private void onWorker(Runnable action) throws Exception {
    entry.worker.loop().submit(action).get();
  }

  @Test
  void writesAtAFlushAndAtTheEnd() throws Exception {
    Path file = directory.resolve("access.log");
    AccessLogger logger = logger(file.toString());
    onWorker(() -> logger.log(entry));
    assertThat(file).doesNotExist();
    onWorker(
        () -> {
          logs.flush(entry.worker);
          logger.log(entry);
          logs.flush(entry.worker);
        });
    logs.close();
    assertThat(Files.readAllLines(file)).hasSize(2).allMatch(line -> line.startsWith("[2026-11"));
    assertThat(stats.counter("filesystem.write_buffered").value()).isEqualTo(2);
    assertThat(stats.counter("filesystem.write_completed").value()).isEqualTo(2);
  }

  @Test
  void handsOnByItselfWhenABufferIsFull() throws Exception {
    Path file = directory.resolve("access.log");
    AccessLogger logger = logger(file.toString());
    onWorker(
        () -> {
          for (int i = 0; i < 1000; i++) {
            logger.log(entry);
          }
          logs.flush(entry.worker);
        });
    logs.close();
    assertThat(Files.readAllLines(file)).hasSize(1000);
    assertThat(stats.counter("filesystem.write_completed").value()).isGreaterThan(2);
  }

  @Test
  void goesOnWhenAFileCannotBeWritten() throws Exception {
    Path good = directory.resolve("good.log");
    AccessLogger broken = logger(directory.resolve("no/such/dir").toString());
    AccessLogger working = logger(good.toString());
    onWorker(
        () -> {
          broken.log(entry);
          working.log(entry);
          logs.flush(entry.worker);
        });
    logs.close();
    assertThat(Files.readAllLines(good)).hasSize(1);
    assertThat(stats.counter("filesystem.write_failed").value()).isEqualTo(1);
    assertThat(stats.counter("access_logs.bytes_unwritten").value()).isGreaterThan(100);
  }

  @Test
  void opensFilesAnewAfterARotation() throws Exception {
    Path file = directory.resolve("access.log");
    AccessLogger logger = logger(file.toString());
    onWorker(
        () -> {
          logger.log(entry);
          logs.flush(entry.worker);
        });
    Await.until(
        "the first line is written",
        Duration.ofSeconds(20),
        () -> stats.counter("filesystem.write_completed").value() > 0);
    Files.move(file, directory.resolve("access.log.1"));
    logs.reopen();
    onWorker(
        () -> {
          logger.log(entry);
          logs.flush(entry.worker);
        });
    logs.close();
    assertThat(Files.readAllLines(file)).hasSize(1);
    assertThat(Files.readAllLines(directory.resolve("access.log.1"))).hasSize(1);
  }
}
