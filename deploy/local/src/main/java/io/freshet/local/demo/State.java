package io.freshet.local.demo;

import java.util.List;
import java.util.Map;

/**
 * The table of artists after a change of one of them.
 *
 * @param operation Debezium's letter for the change
 * @param artist the changed row: of a deleted one only the key
 * @param all PostgreSQL's rows
 * @param instants the commits that brought the change to the lake's tables
 */
record State(
    String operation,
    Map<String, String> artist,
    List<Map<String, String>> all,
    Map<LakeTable, String> instants) {

  /**
   * The state that PostgreSQL is in.
   *
   * @param id the changed artist's
   */
  static State of(MuseumDatabase database, String operation, int id) {
    List<Map<String, String>> all = database.rows(SourceTable.ARTISTS, "true");
    String key = SourceTable.ARTISTS.key();
    Map<String, String> artist =
        all.stream()
            .filter(row -> row.get(key).equals(Integer.toString(id)))
            .findFirst()
            .orElse(Map.of(key, Integer.toString(id)));
    return new State(operation, artist, all, Map.of());
  }

  State with(Map<LakeTable, String> found) {
    return new State(operation, artist, all, Map.copyOf(found));
  }

  /** Whether the lake's rows of the artist are one, and show this state. */
  boolean isShownBy(List<Map<String, String>> rows) {
    return rows.size() == 1
        && operation.equals(rows.get(0).get("__op"))
        && RowComparison.firstDifference(SourceTable.ARTISTS, "", List.of(artist), rows).isEmpty();
  }
}
