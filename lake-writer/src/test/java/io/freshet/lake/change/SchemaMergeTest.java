package io.freshet.lake.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.LakeException;
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
  void namesBothTypesWhereNoneHoldsBoth() {
    assertThatThrownBy(() -> merge("a int", "a string"))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("column a of db.t is INT in the lake, but now arrives as STRING");
    assertThatThrownBy(() -> merge("a decimal(9,2)", "a decimal(9,3)"))
        .hasMessageContaining("DECIMAL(9,2)")
        .hasMessageContaining("DECIMAL(9,3)");
  }

  private static StructType merge(String current, String incoming) {
    return SchemaMerge.merge("db.t", StructType.fromDDL(current), StructType.fromDDL(incoming));
  }
}
