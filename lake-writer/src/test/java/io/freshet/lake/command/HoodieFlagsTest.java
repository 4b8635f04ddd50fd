package io.freshet.lake.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HoodieStreamer's command line, given to {@code ingest}. */
class HoodieFlagsTest {
  @TempDir Path folder;
  private Path file;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void write() throws Exception {
    file = folder.resolve("artists.properties");
    Files.writeString(
        file,
        """
        hoodie.streamer.source.dfs.root=s3://lake/topics/moma.public.artists
        hoodie.streamer.schemaprovider.registry.url=http://registry:8081/subjects/moma.public.artists-value/versions/latest
        """);
  }

  private int run(String... arguments) {
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @Test
  void itsYamlIsPrinted() {
    assertThat(
            run(
                "ingest",
                "--props",
                file.toString(),
                "--table-type",
                "COPY_ON_WRITE",
                "--target-base-path",
                "s3://lake/warehouse/moma/artists",
                "--target-table",
                "moma.artists",
                "--op",
                "BULK_INSERT",
                "--hoodie-conf",
                "hoodie.datasource.write.partitionpath.field=nationality",
                "--filter-dupes",
                "--continuous"))
        .as("%s", err)
        .isZero();
    assertThat(out.toString())
        .contains("  warehouse: s3a://lake/warehouse\n", "    type: copy-on-write\n")
        .contains("    partition-by: [nationality]\n")
        .contains("# --op BULK_INSERT - ", "# --filter-dupes - ", "# --continuous - ");
  }

  @Test
  void whatIsMissingIsTheCommandLinesFault() {
    assertThat(run("ingest", "--hoodie-props", file.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--target-base-path is missing");
    assertThat(run("ingest")).isEqualTo(2);
    assertThat(err.toString()).contains("--config is missing");
    assertThat(run("ingest", "--run", "--hoodie-props", "a", "--config", "b")).isEqualTo(2);
    assertThat(err.toString()).contains("--config stands beside --hoodie-props");
  }
}
