package io.freshet.local.demo;

import io.freshet.local.service.StackException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Holds what the lake has and answered against PostgreSQL. */
final class DemoChecks {
  private final Narrator narrator;

  DemoChecks(Narrator narrator) {
    this.narrator = narrator;
  }

  /**
   * The lake now, all rows and columns.
   *
   * @param rows all tables' rows, soft-deleted ones included
   */
  void newest(
      List<Map<String, String>> rows, Map<SourceTable, List<Map<String, String>>> postgres) {
    for (LakeTable table : LakeTable.values()) {
      List<Map<String, String>> expected = postgres.get(table.source());
      requireEqual(
          table.source(), table.view(), expected, MuseumLake.live(MuseumLake.of(table, rows)));
      passed(
          "%s: %d rows, as in PostgreSQL, every column, one row per key",
          table.view(), expected.size());
    }
  }

  /** The tables of artists as of each state: the changed artist, and all others. */
  void timeTravel(Story story, Answers answers) {
    for (LakeTable table : List.of(LakeTable.COW_ARTISTS, LakeTable.MOR_ARTISTS)) {
      for (int i = 0; i < story.states().size(); i++) {
        state(table, story, story.states().get(i), MuseumLake.of(table, answers.asOf().get(i)));
      }
      passed(
          "%s: %d states as of their instants, each with all its rows",
          table.view(), story.states().size());
    }
  }

  private void state(LakeTable table, Story story, State state, List<Map<String, String>> rows) {
    String where = "%s as of %s".formatted(table.view(), state.instants().get(table));
    requireEqual(table.source(), where, state.all(), MuseumLake.live(rows));
    List<Map<String, String>> artist =
        rows.stream()
            .filter(row -> row.get("artist_id").equals(Integer.toString(story.artistId())))
            .toList();
    requireEqual(table.source(), where, List.of(state.artist()), artist);
    String operation = artist.get(0).get("__op");
    if (!Objects.equals(state.operation(), operation)) {
      throw failed(
          "%s: artist_id %d has operation %s, but %s was made"
              .formatted(where, story.artistId(), operation, state.operation()));
    }
  }

  /** The incremental queries: exactly the changed rows, in their newest state. */
  void changes(Story story, Answers answers) {
    requireEqual(
        SourceTable.ARTISTS,
        "changes of " + LakeTable.COW_ARTISTS.table(),
        List.of(story.states().get(3).artist()),
        answers.changedArtists());
    requireEqual(
        SourceTable.ARTWORKS,
        "changes of " + LakeTable.MOR_ARTWORKS.table(),
        story.repriced(),
        answers.changedArtworks());
    passed(
        "incremental queries: 1 artist and %d artworks, exactly what was changed",
        story.repriced().size());
  }

  /** The landing log: every change once. */
  void landed(Museum museum, Story story, Answers answers) {
    int artists = museum.artists().size() + story.states().size() - 1;
    int artworks = museum.artworks().size() + story.repriced().size();
    requireLanded(answers, SourceTable.ARTISTS, artists);
    requireLanded(answers, SourceTable.ARTWORKS, artworks);
    passed("landing log: %d records, every change once", artists + artworks);
  }

  private static void requireLanded(Answers answers, SourceTable table, int expected) {
    String records = answers.landed().get("moma.public." + table.name());
    if (!Integer.toString(expected).equals(records)) {
      throw failed(
          "topic moma.public.%s: %s records have landed, but %d changes were made"
              .formatted(table.name(), records, expected));
    }
  }

  private static void requireEqual(
      SourceTable table,
      String where,
      List<Map<String, String>> expected,
      List<Map<String, String>> actual) {
    Optional<String> difference = RowComparison.firstDifference(table, where, expected, actual);
    if (difference.isPresent()) {
      throw failed(difference.get());
    }
  }

  private static StackException failed(String difference) {
    return new StackException("check failed: " + difference);
  }

  private void passed(String format, Object... values) {
    narrator.say("ok  " + format, values);
  }
}
