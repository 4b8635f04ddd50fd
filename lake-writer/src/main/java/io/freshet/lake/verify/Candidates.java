package io.freshet.lake.verify;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Keys whose rows differed at a look, until that is settled by later looks.
 *
 * <p>At each look the lake has all that PostgreSQL's snapshot sees, and maybe more. So a row that
 * is right may differ because it was changed since the snapshot. It is not taken for a difference
 * unless two looks, one after the other, find the very same versions on both sides:
 *
 * <ul>
 *   <li>PostgreSQL has the same version of the row both times. The lake had all of its changes up
 *       to the second snapshot when it was looked at the second time, so a right lake has this
 *       version, or a later one.
 *   <li>The lake's version is the same as at the first look, which was over before the second
 *       snapshot was taken. So it is none that came later than that.
 *   <li>So a right lake would have this version, and does not. The same goes for rows that one side
 *       has not: one that was inserted and deleted since is not there any more at the second look.
 * </ul>
 *
 * <p>A row is right if the lake has what PostgreSQL had at the snapshot, or at a later moment
 * before the lake was looked at.
 */
final class Candidates {
  /**
   * A key as a look found it on both sides.
   *
   * @param seen whether PostgreSQL had the lake's row between the snapshot and the look at the lake
   */
  record Found(Optional<RowVersion> source, Optional<RowVersion> lake, boolean seen) {
    boolean isEqual() {
      return seen || source.map(RowVersion::text).equals(lake.map(RowVersion::text));
    }
  }

  private final Map<String, Found> open = new HashMap<>();
  private final Map<String, Found> differences = new TreeMap<>();

  /** Takes keys in as the first look found them; those that are equal are not kept. */
  void add(Map<String, Found> found) {
    found.forEach(
        (key, each) -> {
          if (!each.isEqual()) {
            open.put(key, each);
          }
        });
  }

  /** Takes note of a later look at all open keys. */
  void look(Map<String, Found> found) {
    Map<String, Found> before = new LinkedHashMap<>(open);
    open.clear();
    before.forEach(
        (key, then) -> {
          Found now = found.get(key);
          if (now.isEqual()) {
            return;
          }
          if (now.equals(then)) {
            differences.put(key, now);
          } else {
            open.put(key, now);
          }
        });
  }

  /** Keys of which nothing can be said yet. */
  Set<String> open() {
    return Set.copyOf(open.keySet());
  }

  /** Keys that differ, as the last look found them. */
  Map<String, Found> differences() {
    return differences;
  }
}
