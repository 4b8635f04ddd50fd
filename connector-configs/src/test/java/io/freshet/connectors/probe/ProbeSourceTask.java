package io.freshet.connectors.probe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** A task that writes to a journal when it has started, and fails when it is told to. */
public final class ProbeSourceTask extends SourceTask {
  private final CountDownLatch never = new CountDownLatch(1);
  private AbstractConfig config;

  @Override
  public void start(Map<String, String> properties) {
    config = new AbstractConfig(ProbeSourceConnector.CONFIG, properties, false);
    idle(config.getLong("probe.start.delay.ms"));
    fail("probe.fail.task");
    String journal = config.getString("probe.journal");
    if (!journal.isEmpty()) {
      write(Path.of(journal), config.getString("probe.generation"));
    }
  }

  @Override
  public List<SourceRecord> poll() {
    idle(config.getLong("probe.poll.delay.ms"));
    fail("probe.fail.poll");
    return null;
  }

  @Override
  public void stop() {
    idle(config.getLong("probe.stop.delay.ms"));
  }

  @Override
  public String version() {
    return "1";
  }

  private void fail(String key) {
    String failure = config.getString(key);
    if (!failure.isEmpty()) {
      throw new ConnectException("the task cannot go on", new IllegalStateException(failure));
    }
  }

  private void idle(long millis) {
    try {
      never.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void write(Path journal, String generation) {
    try {
      Files.writeString(
          journal, generation + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
