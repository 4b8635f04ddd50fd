package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.IndexKind;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import io.freshet.lake.table.TableTimeline;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is left of a table where a process was killed while it wrote the table's properties. */
class CutOffTablesTest extends JobFixture {
  private static TableConfig table(TableType type, IndexKind index) {
    return PartitionMovesTest.partitioned("artists", type, DeleteMode.HARD, index);
  }

  private Path meta(TableConfig table) {
    return Path.of(URI.create(location(table))).resolve(".hoodie");
  }

  /** Hudi's writers take the folder for the table. */
  @ParameterizedTest
  @CsvSource({"MERGE_ON_READ, BUCKET", "COPY_ON_WRITE, GLOBAL"})
  void aTableThatHasFoldersOnlyIsMade(TableType type, IndexKind index) throws Exception {
    TableConfig table = table(type, index);
    for (String folder : new String[] {"timeline/history", ".schema", ".temp"}) {
      Files.createDirectories(meta(table).resolve(folder));
    }
    log.change("r", 1, "A", "French", 1900, null).land();
    ingest(table);
    log.change("u", 1, "B", "Dutch", 1900, null).land();
    ingest(table);
    assertThat(rows(table)).containsExactly("1|B|Dutch|1900|null|u|false");
  }

  /** Hudi deletes the properties before it writes new ones, and has a copy beside them then. */
  @ParameterizedTest
  @CsvSource({"MERGE_ON_READ, BUCKET", "COPY_ON_WRITE, GLOBAL"})
  void aTableThatHasTheCopyOfItsPropertiesOnlyIsTheSameTable(TableType type, IndexKind index)
      throws Exception {
    TableConfig table = table(type, index);
    log.change("r", 1, "A", "French", 1900, null).land();
    ingest(table);
    Path properties = meta(table).resolve("hoodie.properties");
    Files.move(properties, meta(table).resolve("hoodie.properties.backup"));
    assertThat(
            new TableTimeline(
                    table.name(), location(table), spark.sparkContext().hadoopConfiguration())
                .position(TOPIC))
        .as("how far it has read")
        .isPresent();
    log.change("r", 2, "C", "French", 1900, null).land();
    ingest(table);
    assertThat(rows(table))
        .containsExactly("1|A|French|1900|null|r|false", "2|C|French|1900|null|r|false");
    assertThat(properties).as("is there again, for other readers").exists();
    assertThat(instants(table)).hasSize(2);
  }
}
