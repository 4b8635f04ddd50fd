package io.freshet.lake.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.LakeException;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class SchemaMergeTest {

  @Test
  void keepsDroppedColumnsAndAppendsNewOnes() {
    assertThat(merge("id int not null, a string, gone int", "id int not null, new date, a string"))
        .isEqualTo(StructType.fromDDL("id int not null, a string, gone int, new date"));
  }

  @Test
  void takesTheWiderTypeWhicheverSideHasIt() {
    assertThat(
            merge(
                "a int, b bigint, c float, d decimal(5,2)",
                "a bigint, b int, c double, d decimal(9,2)"))
        .isEqualTo(StructType.fromDDL("a bigint, b bigint, c double, d decimal(9,2)"));
  }

  @Test
  void aColumnMadeNullableStaysSo() {
    assertThat(merge("a int", "a int not null")).isEqualTo(StructType.fromDDL("a int"));
  }

  @Test
  void decimalsGetTheDigitsOfBoth() {
    assertThat(merge("a decimal(9,2), b decimal(5,4)", "a decimal(12,4), b decimal(9,2)"))
        .isEqualTo(StructType.fromDDL("a decimal(12,4), b decimal(11,4)"));
  }

  @Test
  void namesAllColumnsThatDoNotFitAndTheWayOn() {
    assertThatThrownBy(
            () -> merge("a int, b decimal(38,2), c int", "a string, b decimal(38,3), c int"))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("db.t: column a is INT in the lake, but now arrives as STRING")
        .hasMessageContaining(
            "column b is DECIMAL(38,2) in the lake, but now arrives as DECIMAL(38,3)")
        .hasMessageContaining("--accept-schema db.t")
        .hasMessageContaining("a__string, b__decimal_38_3");
  }

  @Test
  void anAcceptedColumnIsSplitAndStaysSo() {
    StructType split = accepted("a int, b int", "a string, b int");
    assertThat(split).isEqualTo(StructType.fromDDL("a int, b int, a__string string"));
    for (String arriving : new String[] {"a string, b int", "a int, b int"}) {
      assertThat(
              new SchemaMerge("db.t", List.of(), false).merge(split, StructType.fromDDL(arriving)))
          .isEqualTo(split);
    }
    assertThat(SchemaMerge.target(split, "a", DataTypes.StringType)).contains("a__string");
    assertThat(SchemaMerge.target(split, "a", DataTypes.IntegerType)).contains("a");
    assertThat(SchemaMerge.target(split, "a", DataTypes.DateType)).isEmpty();
    assertThatThrownBy(() -> merge("a int, b int, a__string string", "a date, b int"))
        .hasMessageContaining("a__date");
  }

  @Test
  void keysAndTakenNamesAreNotSplit() {
    assertThatThrownBy(() -> accepted("id int", "id string"))
        .hasMessageContaining("key or partition columns")
        .hasMessageContaining("rebuild");
    assertThatThrownBy(() -> accepted("a int", "a string, a__string string"))
        .hasMessageContaining("a__string");
  }

  /** A key that is 1.10 in stored rows must not become 1.100. */
  @Test
  void keysAreOnlyWidenedWhereTheirTextsStay() {
    assertThat(merge("id int", "id bigint")).isEqualTo(StructType.fromDDL("id bigint"));
    assertThat(merge("id decimal(8,2)", "id decimal(9,2)"))
        .isEqualTo(StructType.fromDDL("id decimal(9,2)"));
    for (String[] change :
        new String[][] {{"id decimal(8,2)", "id decimal(9,3)"}, {"id float", "id double"}}) {
      assertThatThrownBy(() -> accepted(change[0], change[1]))
          .hasMessageContaining("key or partition columns")
          .hasMessageContaining("rebuild");
    }
  }

  @Test
  void saysWhatBecameOfTheColumns() {
    StructType before = StructType.fromDDL("id int, a int, old string, __op string");
    assertThat(SchemaMerge.difference(before, before, Set.of("id", "a", "old"))).isEmpty();
    assertThat(
            SchemaMerge.difference(
                before,
                StructType.fromDDL("id int, a bigint, old string, __op string, fresh string"),
                Set.of("id", "a", "fresh")))
        .contains("a widened from int to bigint")
        .contains("added fresh string")
        .contains("no longer arriving, null from now on: old")
        .contains("renamed");
  }

  private static StructType merge(String current, String incoming) {
    return new SchemaMerge("db.t", List.of("id"), false)
        .merge(StructType.fromDDL(current), StructType.fromDDL(incoming));
  }

  private static StructType accepted(String current, String incoming) {
    return new SchemaMerge("db.t", List.of("id"), true)
        .merge(StructType.fromDDL(current), StructType.fromDDL(incoming));
  }
}
