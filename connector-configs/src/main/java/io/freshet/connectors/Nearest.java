package io.freshet.connectors;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** What a user may have meant. */
final class Nearest {
  private Nearest() {}

  /** The candidate with the fewest edits to the word, if there are at most so many. */
  static Optional<String> to(String word, Collection<String> candidates, int mostEdits) {
    return candidates.stream()
        .filter(candidate -> edits(word, candidate) <= mostEdits)
        .min(
            Comparator.comparingInt((String candidate) -> edits(word, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** Levenshtein's distance. */
  static int edits(String from, String to) {
    int[] previous = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] row = new int[to.length() + 1];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replace = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replace, 1 + Math.min(previous[j], row[j - 1]));
      }
      previous = row;
    }
    return previous[to.length()];
  }
}
