package io.freshet.local.demo;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A table in PostgreSQL, and with the same columns in the lake. Both sides' values are compared as
 * text, which shows a lost decimal as well as a changed one.
 *
 * @param name without its schema
 * @param key the primary key's one column, an integer
 * @param columns all, the key first
 * @param definition the columns' definitions in PostgreSQL
 */
record SourceTable(String name, String key, List<String> columns, String definition) {
  static final SourceTable ARTISTS =
      new SourceTable(
          "artists",
          "artist_id",
          List.of("artist_id", "name", "nationality", "gender", "birth_year", "death_year"),
          "artist_id int primary key, name text, nationality text, gender text, birth_year int,"
              + " death_year int");

  static final SourceTable ARTWORKS =
      new SourceTable(
          "artworks",
          "artwork_id",
          List.of("artwork_id", "title", "artist_id", "medium", "acquired", "price"),
          "artwork_id int primary key, title text, artist_id int, medium text, acquired date,"
              + " price numeric(10,2)");

  /**
   * Select list of all columns as text.
   *
   * @param type what the database calls text
   */
  String texts(String type) {
    return columns.stream()
        .map(column -> "cast(%1$s as %2$s) as %1$s".formatted(column, type))
        .collect(Collectors.joining(", "));
  }
}
