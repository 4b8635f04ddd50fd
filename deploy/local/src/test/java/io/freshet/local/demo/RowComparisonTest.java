package io.freshet.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RowComparisonTest {
  private static final SourceTable TABLE =
      new SourceTable("t", "id", List.of("id", "name", "price"), "");

  private static Map<String, String> row(String id, String name, String price) {
    Map<String, String> row = new HashMap<>();
    row.put("id", id);
    row.put("name", name);
    row.put("price", price);
    return row;
  }

  private static Optional<String> difference(
      List<Map<String, String>> postgres, List<Map<String, String>> lake) {
    return RowComparison.firstDifference(TABLE, "lake.t", postgres, lake);
  }

  private final List<Map<String, String>> postgres =
      List.of(row("1", "one", "1.00"), row("2", null, "2.50"));

  @Test
  void equalRowsInAnyOrderHaveNone() {
    assertThat(difference(postgres, List.of(row("2", null, "2.50"), row("1", "one", "1.00"))))
        .isEmpty();
  }

  @Test
  void aColumnThatTheLakeLeavesOutIsNull() {
    assertThat(
            difference(
                postgres,
                List.of(Map.of("id", "2", "price", "2.50", "__op", "r"), postgres.get(0))))
        .isEmpty();
  }

  @Test
  void aDifferentValueIsNamedWithBothSides() {
    assertThat(difference(postgres, List.of(postgres.get(0), row("2", null, "2.5"))))
        .contains("lake.t: id 2 has price '2.50' in PostgreSQL, but '2.5' in the lake");
  }

  @Test
  void nullIsNotTheEmptyText() {
    assertThat(difference(postgres, List.of(postgres.get(0), row("2", "", "2.50"))))
        .contains("lake.t: id 2 has name null in PostgreSQL, but '' in the lake");
    assertThat(difference(postgres, List.of(row("1", null, "1.00"), postgres.get(1))))
        .contains("lake.t: id 1 has name 'one' in PostgreSQL, but null in the lake");
  }

  @Test
  void aMissingRowIsNamed() {
    assertThat(difference(postgres, List.of(postgres.get(0))))
        .contains("lake.t: id 2 is in PostgreSQL, but not in the lake");
  }

  @Test
  void anExtraRowIsNamed() {
    assertThat(difference(postgres, List.of(postgres.get(0), postgres.get(1), row("3", "x", null))))
        .contains("lake.t: id 3 is in the lake, but not in PostgreSQL");
  }

  @Test
  void aKeyWithTwoRowsIsNamedEvenIfTheyAreEqual() {
    assertThat(difference(postgres, List.of(postgres.get(0), postgres.get(1), postgres.get(1))))
        .contains("lake.t: id 2 has more than one row in the lake");
  }
}
