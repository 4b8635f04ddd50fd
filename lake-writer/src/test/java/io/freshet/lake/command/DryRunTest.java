package io.freshet.lake.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.job.TestLog;
import io.freshet.lake.job.TestRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DryRunTest {
  @TempDir Path folder;
  private TestRegistry registry;

  @BeforeEach
  void serve() throws IOException {
    registry = new TestRegistry();
  }

  @AfterEach
  void end() {
    registry.close();
  }

  private void land(String topic) {
    new TestLog(folder.resolve("topics"), topic).change("c", 1, "A", "French", 1, null).land();
  }

  @Test
  void showsWhatWouldBeWrittenAndWritesNothing() throws IOException {
    land("moma.public.artists");
    land("moma.public.keyless");
    Path config = folder.resolve("lake.yaml");
    Files.writeString(
        config,
        """
        lake: {warehouse: "%s"}
        source: {root: "%s"}
        registry: %s
        tables:
          - topic: moma.public.artists
            database: moma
            table: artists
            type: copy-on-write
            partition-by: [nationality]
            deletes: hard
          - {topic: moma.public.later, database: moma, table: later, index: global}
          - {include: [moma.public.*], database: all}
        """
            .formatted(
                folder.resolve("warehouse").toUri(),
                folder.resolve("topics").toUri(),
                registry.uri()));
    StringWriter out = new StringWriter();
    int exit =
        Main.commandLine()
            .setOut(new PrintWriter(out))
            .execute("ingest", "--config", config.toString(), "--dry-run");

    assertThat(out.toString())
        .contains("moma.public.artists -> moma.artists at file:")
        .contains(
            "copy-on-write, partitioned by nationality, index bucket (1 bucket), deletes hard")
        .contains("keys artist_id")
        .contains("columns artist_id int, name string, nationality string, birth_year int,")
        .contains("__source_ts_ms bigint")
        .contains("reads from the beginning, 1 positions to read")
        .contains("moma.public.artists -> all.artists at file:")
        .contains("merge-on-read, not partitioned, index bucket (4 buckets), deletes soft")
        .contains("merge-on-read, not partitioned, index global, deletes soft")
        .contains("moma.public.later -> moma.later at file:")
        .contains("reads from the beginning, once the topic is there")
        .contains("moma.public.keyless makes no table: ")
        .contains("4 tables, nothing was written");
    assertThat(exit).isEqualTo(1);
    assertThat(folder.resolve("warehouse")).doesNotExist();
  }
}
