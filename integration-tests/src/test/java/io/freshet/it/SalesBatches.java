package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * Landed files of a table's rows, and behind them those of batches of updates: each batch is every
 * tenth row, all over the table, in two files.
 */
final class SalesBatches {
  /** A batch is that part of the rows. */
  static final int OF_ROWS = 10;

  private static final int FILES = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final List<Path> files;
  private final int loaded;

  private SalesBatches(List<Path> files, int loaded) {
    this.files = files;
    this.loaded = loaded;
  }

  /**
   * Lets the sink land them.
   *
   * @param rows a multiple of 20
   * @param folder where they are put; the bucket keeps them too
   */
  static SalesBatches land(Pipeline pipeline, String name, int rows, int batches, Path folder)
      throws Exception {
    int updates = rows / OF_ROWS;
    int file = updates / FILES;
    Connectors connectors = new Connectors(pipeline);
    try (SalesTopic topic = new SalesTopic(pipeline, name);
        LandedTopic landed = new LandedTopic(pipeline, "topics")) {
      int end = send(topic, rows, batches);
      // One task for a topic that is there: a group that grows would cut a file short.
      connectors.run(
          "apply",
          connectors.variant(
              "moma-s3-sink",
              "batches-sink",
              Map.of(
                  "topics.regex",
                  name.replace(".", "\\."),
                  "tasks.max",
                  "1",
                  "flush.size",
                  Integer.toString(file),
                  "rotate.interval.ms",
                  "3600000",
                  "rotate.idle.ms",
                  "3600000")));
      Awaitility.await("landed")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> landed.next(name, 0) == end);
      List<Path> files = landed.downloadAll(name, 0, folder);
      assertThat(files).hasSize(end / file);
      return new SalesBatches(files, rows / file);
    } finally {
      connectors.run("delete", "batches-sink");
    }
  }

  /** Returns how many it sent. */
  private static int send(SalesTopic topic, int rows, int batches) throws Exception {
    for (int id = 0; id < rows; id++) {
      topic.send("r", id, id);
    }
    int sent = rows;
    for (int batch = 0; batch < batches; batch++) {
      for (int i = 0; i < rows / OF_ROWS; i++) {
        topic.send("u", i * OF_ROWS + batch % OF_ROWS, sent++);
      }
    }
    topic.flush();
    return sent;
  }

  /** Those of the rows. */
  List<Path> load() {
    return files.subList(0, loaded);
  }

  /** Those of all batches. */
  List<Path> batches() {
    return files.subList(loaded, files.size());
  }

  /** Those of one batch. */
  List<Path> batch(int number) {
    return batches().subList(number * FILES, (number + 1) * FILES);
  }

  /** What a commit may take, so that it takes one batch and no more. */
  long megabytes() throws IOException {
    long bytes = 0;
    for (Path file : batch(0)) {
      bytes += Files.size(file);
    }
    return (bytes * 5 / 4 >> 20) + 1;
  }

  /** Puts files into a folder without a copy of them. */
  static Path link(List<Path> files, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Path file : files) {
      Files.createLink(folder.resolve(file.getFileName()), file);
    }
    return folder;
  }
}
