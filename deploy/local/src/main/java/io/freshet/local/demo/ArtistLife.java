package io.freshet.local.demo;

import io.freshet.local.service.StackException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Changes one artist time and again, each time waiting until the lake's tables show it. */
final class ArtistLife {
  private static final List<LakeTable> TABLES =
      List.of(LakeTable.COW_ARTISTS, LakeTable.MOR_ARTISTS);

  private final MuseumDatabase database;
  private final MuseumLake lake;
  private final Patience patience;
  private final Narrator narrator;
  private final Clock clock;

  ArtistLife(
      MuseumDatabase database, MuseumLake lake, Patience patience, Narrator narrator, Clock clock) {
    this.database = database;
    this.lake = lake;
    this.patience = patience;
    this.narrator = narrator;
    this.clock = clock;
  }

  /**
   * Makes the changes.
   *
   * @return the state after each
   */
  List<State> live(Artist artist) throws InterruptedException {
    List<State> states = new ArrayList<>();
    for (Change change : Change.lifeOf(artist)) {
      database.change(change.sql());
      Instant committed = clock.instant();
      State state = State.of(database, change.operation(), artist.id());
      states.add(follow(change, state, artist.id(), committed));
    }
    return states;
  }

  private State follow(Change change, State state, int id, Instant committed)
      throws InterruptedException {
    Map<LakeTable, String> instants = new EnumMap<>(LakeTable.class);
    StringBuilder freshness = new StringBuilder();
    for (int seen = 0; seen < TABLES.size(); seen = instants.size()) {
      List<LakeTable> waiting = TABLES.stream().filter(t -> !instants.containsKey(t)).toList();
      Map<LakeTable, String> found =
          patience.await(
              "artist %d in %s shows '%s'".formatted(id, names(waiting), change.what()),
              () -> look(waiting, state, id));
      double after = Narrator.seconds(Duration.between(committed, clock.instant()));
      found.keySet().forEach(t -> freshness.append("  %s %4.1f s".formatted(t.table(), after)));
      instants.putAll(found);
    }
    narrator.say("%-42s seen in%s", change.what(), freshness);
    return state.with(instants);
  }

  private Optional<Map<LakeTable, String>> look(List<LakeTable> tables, State state, int id) {
    List<Map<String, String>> rows = lake.artist(tables, id);
    Map<LakeTable, String> found = new EnumMap<>(LakeTable.class);
    for (LakeTable table : tables) {
      List<Map<String, String>> own = MuseumLake.of(table, rows);
      if (own.size() != 1) {
        throw new StackException(
            "%s shows %d rows of artist %d instead of one".formatted(table.view(), own.size(), id));
      }
      if (state.isShownBy(own)) {
        found.put(table, own.get(0).get(MuseumLake.INSTANT));
      }
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(found);
  }

  private static String names(List<LakeTable> tables) {
    return String.join(" and ", tables.stream().map(LakeTable::view).toList());
  }
}
