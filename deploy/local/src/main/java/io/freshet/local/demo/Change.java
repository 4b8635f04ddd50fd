package io.freshet.local.demo;

import java.util.List;

/**
 * One statement on one artist.
 *
 * @param what in words
 * @param sql an UPDATE or DELETE
 * @param operation Debezium's letter for it
 */
record Change(String what, String sql, String operation) {

  /** The changes of an artist's row, each to be a commit of its own; the last one deletes it. */
  static List<Change> lifeOf(Artist artist) {
    String nationality =
        Museum.NATIONALITIES.stream()
            .filter(other -> !other.equals(artist.nationality()))
            .findFirst()
            .orElseThrow();
    return List.of(
        update(
            artist,
            "birth and death year corrected",
            "birth_year = %d, death_year = %d"
                .formatted(artist.birthYear() + 1, artist.deathYear() + 1)),
        update(artist, "renamed", "name = name || ' the Elder'"),
        update(
            artist,
            "now %s: moves to another partition".formatted(nationality),
            "nationality = '%s'".formatted(nationality)),
        update(
            artist,
            "birth year corrected again",
            "birth_year = %d".formatted(artist.birthYear() - 1)),
        new Change("deleted", "delete from artists where artist_id = " + artist.id(), "d"));
  }

  private static Change update(Artist artist, String what, String set) {
    return new Change(
        what, "update artists set %s where artist_id = %d".formatted(set, artist.id()), "u");
  }

  /** The first artist whose columns are all known: there is something to correct. */
  static Artist hero(Museum museum) {
    return museum.artists().stream()
        .filter(a -> a.nationality() != null && a.gender() != null)
        .filter(a -> a.birthYear() != null && a.deathYear() != null)
        .findFirst()
        .orElseThrow();
  }
}
