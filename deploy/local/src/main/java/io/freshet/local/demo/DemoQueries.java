package io.freshet.local.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Asks the lake, and shows questions and answers. */
final class DemoQueries {
  private static final List<String> ARTIST_COLUMNS =
      List.of("instant", "__op", "name", "nationality", "birth_year", "death_year");

  private static final int ROWS_SHOWN = 3;

  private final MuseumLake lake;
  private final Narrator narrator;
  private final String topics;

  /**
   * @param topics the landing log's root, as Spark names it
   */
  DemoQueries(MuseumLake lake, Narrator narrator, String topics) {
    this.lake = lake;
    this.narrator = narrator;
    this.topics = topics;
  }

  Answers run(Story story) {
    Map<String, String> landed = landed();
    partitions();
    List<List<Map<String, String>>> asOf = timeTravel(story);
    return new Answers(landed, asOf, changedArtists(story), changedArtworks(story));
  }

  private Map<String, String> landed() {
    List<Map<String, String>> rows = new ArrayList<>();
    Map<String, String> records = new TreeMap<>();
    for (SourceTable table : List.of(SourceTable.ARTISTS, SourceTable.ARTWORKS)) {
      String query =
          "select '%s' as topic, count(distinct _metadata.file_path) as files, count(*) as records from avro.`%s/%1$s`"
              .formatted("moma.public." + table.name(), topics);
      rows.addAll(lake.query(query));
    }
    rows.forEach(row -> records.put(row.get("topic"), row.get("records")));
    narrator.say("landed in S3, before the lake:");
    narrator.table(List.of("topic", "files", "records"), rows);
    return records;
  }

  private void partitions() {
    String query =
        "select nationality, count(*) as artists from %s where not __deleted group by nationality order by nationality"
            .formatted(LakeTable.MOR_ARTISTS.view());
    narrator.say("%n%s", query);
    narrator.table(List.of("nationality", "artists"), lake.query(query));
  }

  private List<List<Map<String, String>>> timeTravel(Story story) {
    LakeTable shown = LakeTable.MOR_ARTISTS;
    narrator.say(
        "%nselect * from %s timestamp as of '<instant>' where artist_id = %d",
        shown.view(), story.artistId());
    List<List<Map<String, String>>> answers = new ArrayList<>();
    List<Map<String, String>> life = new ArrayList<>();
    for (State state : story.states()) {
      List<Map<String, String>> rows = lake.rowsAsOf(state.instants());
      answers.add(rows);
      MuseumLake.of(shown, rows).stream()
          .filter(row -> row.get("artist_id").equals(Integer.toString(story.artistId())))
          .map(row -> withInstant(row, state.instants().get(shown)))
          .forEach(life::add);
    }
    narrator.table(ARTIST_COLUMNS, life);
    return answers;
  }

  private static Map<String, String> withInstant(Map<String, String> row, String instant) {
    Map<String, String> shown = new LinkedHashMap<>(row);
    shown.put("instant", instant);
    return shown;
  }

  private List<Map<String, String>> changedArtists(Story story) {
    LakeTable table = LakeTable.COW_ARTISTS;
    String after = story.states().get(1).instants().get(table);
    String last = story.states().get(3).instants().get(table);
    List<Map<String, String>> rows = lake.changes(table, after, last);
    narrator.say("%nchanged in %s after commit %s, up to %s:", table.table(), after, last);
    narrator.table(
        ARTIST_COLUMNS, rows.stream().map(r -> withInstant(r, r.get(MuseumLake.INSTANT))).toList());
    return rows;
  }

  private List<Map<String, String>> changedArtworks(Story story) {
    LakeTable table = LakeTable.MOR_ARTWORKS;
    List<Map<String, String>> rows = lake.changes(table, story.loaded(), story.repricing());
    narrator.say(
        "%nchanged in %s after commit %s, up to %s: %d rows, such as",
        table.table(), story.loaded(), story.repricing(), rows.size());
    narrator.table(
        List.of("artwork_id", "__op", "title", "medium", "price"),
        rows.subList(0, Math.min(ROWS_SHOWN, rows.size())));
    return rows;
  }
}
