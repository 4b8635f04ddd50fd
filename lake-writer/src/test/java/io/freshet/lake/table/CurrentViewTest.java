package io.freshet.lake.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.config.BareNumeric;
import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.IndexConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableSettings;
import io.freshet.lake.config.TableType;
import io.freshet.lake.config.WithoutKey;
import java.time.Duration;
import java.util.List;
import org.apache.hadoop.hive.metastore.api.FieldSchema;
import org.apache.hadoop.hive.metastore.api.StorageDescriptor;
import org.apache.hadoop.hive.metastore.api.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CurrentViewTest {
  @Test
  void aViewHasTheSourcesColumnsOfRowsThatAreThere() {
    Table table = new Table();
    table.setDbName("moma");
    table.setTableName("artists");
    StorageDescriptor storage = new StorageDescriptor();
    storage.setCols(
        List.of(
            new FieldSchema("_hoodie_commit_time", "string", ""),
            new FieldSchema("id", "int", ""),
            new FieldSchema("odd`name", "decimal(10,2)", ""),
            new FieldSchema("__deleted", "boolean", "")));
    table.setSd(storage);
    table.setPartitionKeys(List.of(new FieldSchema("nationality", "string", "")));

    Table view = CurrentView.of(table, "artists_current");

    assertThat(view.getViewExpandedText())
        .isEqualTo(
            "SELECT `id`, `odd``name`, `__deleted`, `nationality` FROM `moma`.`artists`"
                + " WHERE `__deleted` IS NULL OR NOT `__deleted`");
    assertThat(view.getSd().getCols())
        .extracting(column -> column.getName() + " " + column.getType())
        .containsExactly(
            "id int", "odd`name decimal(10,2)", "__deleted boolean", "nationality string");
    assertThat(view.getTableType()).isEqualTo("VIRTUAL_VIEW");
  }

  @ParameterizedTest
  @CsvSource({
    "SOFT, id, true, true",
    "SOFT, id, false, false",
    "HARD, id, true, false",
    "SOFT, __offset, true, false"
  })
  void onlyTablesThatKeepDeletedRowsHaveOne(
      DeleteMode deletes, String key, boolean configured, boolean has) {
    TableSettings settings =
        new TableSettings(
            TableType.MERGE_ON_READ,
            List.of(),
            deletes,
            WithoutKey.APPEND,
            Duration.ofHours(1),
            0,
            BareNumeric.DECIMAL,
            configured,
            IndexConfig.DEFAULT);
    TableSpec spec =
        new TableSpec(new TableConfig("t", "moma", "artists", settings), "/t", List.of(key));
    assertThat(spec.hasCurrentView()).isEqualTo(has);
  }
}
