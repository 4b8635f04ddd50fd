package io.freshet.lake.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckTest {
  private static final String VALID =
      """
      lake: {warehouse: "s3a://lake/warehouse"}
      source: {root: "s3a://lake/topics"}
      registry: http://127.0.0.1:1
      tables:
        - {topic: moma.public.artists, database: moma, table: artists}
      """;

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int check(String yaml) throws IOException {
    Path file = folder.resolve("lake.yaml");
    Files.writeString(file, yaml);
    return Main.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute("ingest", "--config", file.toString(), "--check");
  }

  @Test
  void aValidFileIsSaidToBeAndNothingIsStarted() throws IOException {
    assertThat(check(VALID)).isZero();
    assertThat(out.toString().strip()).endsWith("lake.yaml is valid");
    assertThat(err.toString()).isEmpty();
    assertThat(SparkSession.getDefaultSession().isDefined()).isFalse();
  }

  @Test
  void eachProblemIsALine() throws IOException {
    assertThat(check(VALID.replace("s3a:", "").replace("database: moma", "databse: moma")))
        .isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().lines())
        .hasSize(3)
        .allMatch(line -> line.startsWith("freshet: error: ") && line.contains("lake.yaml: "))
        .anyMatch(line -> line.contains("lake.warehouse is '//lake/warehouse'"))
        .anyMatch(line -> line.contains("source.root is '//lake/topics'"))
        .anyMatch(line -> line.contains("tables[0].databse; did you mean 'database'?"));
  }
}
