package io.freshet.lake.verify;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a comparison of a table found.
 *
 * @param table {@code database.table} of the lake
 * @param source {@code schema.table} of PostgreSQL
 * @param at when the last of its looks at PostgreSQL was taken
 * @param lsn where PostgreSQL's log stood then
 * @param rows rows of PostgreSQL that were compared
 * @param missing keys that PostgreSQL alone has
 * @param extra keys that the lake alone has
 * @param different keys with other values
 * @param unsettled keys that changed from each look to the next, so that nothing can be said
 * @param more whether there were too many differences to look at all of them
 * @param notCompared columns that were not compared, with the reason
 * @param examples some of the differences
 * @param keys the keys of all of them, as {@link Comparison} writes them
 * @param took how long it took
 */
public record Verification(
    String table,
    String source,
    Instant at,
    String lsn,
    long rows,
    int missing,
    int extra,
    int different,
    int unsettled,
    boolean more,
    Map<String, String> notCompared,
    List<Difference> examples,
    Set<String> keys,
    Duration took) {

  /** Whether no difference was found. */
  public boolean isEqual() {
    return differences() == 0;
  }

  /** How many keys differ. */
  public int differences() {
    return missing + extra + different;
  }
}
