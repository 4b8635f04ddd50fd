package io.freshet.lake.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.IndexConfig;
import io.freshet.lake.config.IndexKind;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableSettings;
import io.freshet.lake.config.WithoutKey;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TableIndexTest {
  private static TableConfig table(IndexKind kind, int buckets, String... partitionBy) {
    TableSettings usual = TableSettings.DEFAULTS;
    TableSettings settings =
        new TableSettings(
            usual.type(),
            List.of(partitionBy),
            usual.deletes(),
            WithoutKey.REFUSE,
            usual.timeTravel());
    OptionalInt wanted = buckets == 0 ? OptionalInt.empty() : OptionalInt.of(buckets);
    return new TableConfig("a.b.c", "d", "t", settings.with(new IndexConfig(kind, wanted)));
  }

  @Test
  void isChosenByTheLayout() {
    assertThat(TableIndex.chosen(table(IndexKind.AUTO, 0)))
        .isEqualTo(new TableIndex(IndexKind.BUCKET, 4));
    assertThat(TableIndex.chosen(table(IndexKind.AUTO, 0, "x")))
        .isEqualTo(new TableIndex(IndexKind.BUCKET, 1));
    assertThat(TableIndex.chosen(table(IndexKind.AUTO, 16, "x")))
        .isEqualTo(new TableIndex(IndexKind.BUCKET, 16));
    assertThat(TableIndex.chosen(table(IndexKind.GLOBAL, 0, "x")))
        .isEqualTo(new TableIndex(IndexKind.GLOBAL, 0));
  }

  @Test
  void isReadFromTheTablesCommits() {
    TableConfig parts = table(IndexKind.AUTO, 0, "x");
    for (TableIndex index :
        List.of(new TableIndex(IndexKind.BUCKET, 7), new TableIndex(IndexKind.GLOBAL, 0))) {
      assertThat(TableIndex.in(index.metadata(), parts)).isEqualTo(index);
    }
    assertThatThrownBy(() -> TableIndex.in(Map.of("freshet.index", "tree 7"), parts))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("d.t was made with the index 'tree 7'");
  }

  @Test
  void olderTablesHaveTheOneThatTheyHadToHave() {
    assertThat(TableIndex.in(Map.of(), table(IndexKind.AUTO, 0)))
        .isEqualTo(new TableIndex(IndexKind.BUCKET, 4));
    assertThat(TableIndex.in(Map.of(), table(IndexKind.AUTO, 0, "x")))
        .isEqualTo(new TableIndex(IndexKind.GLOBAL, 0));
  }

  @Test
  void isMovedToOnePartitionOnlyWhereARowCanMove() {
    TableIndex bucket = new TableIndex(IndexKind.BUCKET, 1);
    TableConfig parts = table(IndexKind.AUTO, 0, "x");
    assertThat(new TableSpec(parts, "", List.of("id")).moves(bucket)).isTrue();
    assertThat(new TableSpec(parts, "", List.of("id")).moves(new TableIndex(IndexKind.GLOBAL, 0)))
        .isFalse();
    assertThat(new TableSpec(parts, "", List.of("id", "x")).moves(bucket)).isFalse();
    assertThat(new TableSpec(parts, "", List.of("__partition", "__offset")).moves(bucket))
        .isFalse();
    assertThat(new TableSpec(table(IndexKind.AUTO, 0), "", List.of("id")).moves(bucket)).isFalse();
  }
}
