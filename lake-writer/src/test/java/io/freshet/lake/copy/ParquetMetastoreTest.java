package io.freshet.lake.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.LakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.hive.conf.HiveConf;
import org.apache.hadoop.hive.metastore.HiveMetaStoreClient;
import org.apache.hadoop.hive.metastore.api.FieldSchema;
import org.apache.hadoop.hive.metastore.api.Table;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A metastore of this JVM's own, of the version that Spark talks to. */
class ParquetMetastoreTest {
  @TempDir Path folder;

  private HiveConf metastore() {
    HiveConf hive = new HiveConf();
    hive.set("hive.metastore.uris", "");
    hive.set("hive.metastore.warehouse.dir", folder.resolve("managed").toUri().toString());
    hive.set("javax.jdo.option.ConnectionURL", "jdbc:derby:memory:parquet;create=true");
    hive.set("javax.jdo.option.ConnectionDriverName", "org.apache.derby.jdbc.EmbeddedDriver");
    hive.set("datanucleus.schema.autoCreateAll", "true");
    hive.set("hive.metastore.schema.verification", "false");
    hive.set("hive.metastore.event.listeners", "");
    return hive;
  }

  @Test
  void aTableMovesToItsNewFolderWithItsNewColumns() throws Exception {
    HiveConf hive = metastore();
    ParquetMetastore metastore = new ParquetMetastore(hive);
    StructType columns = new StructType().add("id", "int").add("tags", "array<string>");
    metastore.check("museum.works", columns);
    Path first = Files.createDirectories(folder.resolve("works/_versions/1"));
    Path second = Files.createDirectories(folder.resolve("works/_versions/2"));
    Files.writeString(first.resolve("part.parquet"), "not read here");
    metastore.point("museum.works", columns, first.toUri().toString());
    HiveMetaStoreClient client = new HiveMetaStoreClient(hive);
    try {
      Table made = client.getTable("museum", "works");
      assertThat(made.getTableType()).isEqualTo("EXTERNAL_TABLE");
      assertThat(made.getSd().getLocation()).endsWith("works/_versions/1");
      assertThat(columns(made)).containsExactly("id int", "tags array<string>");

      StructType others =
          new StructType().add("id", "string").add("price", "decimal(10,2)").add("at", "timestamp");
      assertThatThrownBy(() -> metastore.check("museum.works", others))
          .isInstanceOf(LakeException.class)
          .hasMessageContaining(
              "column 2 of museum.works is tags array<string> in the metastore, which does not let it become price decimal(10,2)")
          .hasMessageContaining("or drop the table there (its files stay)");
      assertThatThrownBy(() -> metastore.point("museum.works", others, second.toUri().toString()))
          .isInstanceOf(LakeException.class)
          .hasMessageContaining("incompatible");
      assertThat(columns(client.getTable("museum", "works")))
          .containsExactly("id int", "tags array<string>");

      hive.set("hive.metastore.disallow.incompatible.col.type.changes", "false");
      metastore.check("museum.works", others);
      metastore.point("museum.works", others, second.toUri().toString());
      Table moved = client.getTable("museum", "works");
      assertThat(moved.getSd().getLocation()).endsWith("works/_versions/2");
      assertThat(columns(moved))
          .containsExactly("id string", "price decimal(10,2)", "at timestamp");
      assertThat(first.resolve("part.parquet")).as("for those who read it still").exists();

      moved.setTableName("other");
      moved.setParameters(new HashMap<>(Map.of("EXTERNAL", "TRUE")));
      client.createTable(moved);
      assertThatThrownBy(() -> metastore.check("museum.other", columns))
          .isInstanceOf(LakeException.class)
          .hasMessageContaining("the metastore has a museum.other already, which no copy made");
    } finally {
      client.close();
    }
  }

  private static List<String> columns(Table table) {
    return table.getSd().getCols().stream()
        .map((FieldSchema column) -> column.getName() + " " + column.getType())
        .toList();
  }
}
