package io.freshet.lake.verify;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Makes what a comparison found readable. */
final class Report {
  private final Comparison comparison;
  private final Masking masking;
  private final int most;

  /**
   * @param most how many differences are reported with their values
   */
  Report(Comparison comparison, Masking masking, int most) {
    this.comparison = comparison;
    this.masking = masking;
    this.most = most;
  }

  Verification of(
      String table,
      Candidates candidates,
      long rows,
      boolean more,
      String lsn,
      Instant at,
      Duration took) {
    int[] counts = new int[Difference.Kind.values().length];
    List<Difference> examples = new ArrayList<>();
    candidates
        .differences()
        .forEach(
            (key, found) -> {
              Difference.Kind kind = kind(found);
              counts[kind.ordinal()]++;
              if (examples.size() < most) {
                examples.add(new Difference(kind, key(key), values(found)));
              }
            });
    return new Verification(
        table,
        comparison.source().label(),
        at,
        lsn,
        rows,
        counts[Difference.Kind.MISSING.ordinal()],
        counts[Difference.Kind.EXTRA.ordinal()],
        counts[Difference.Kind.DIFFERENT.ordinal()],
        candidates.open().size(),
        more,
        comparison.notCompared(),
        examples,
        new LinkedHashSet<>(candidates.differences().keySet()),
        took);
  }

  private static Difference.Kind kind(Candidates.Found found) {
    if (found.lake().isEmpty()) {
      return Difference.Kind.MISSING;
    }
    return found.source().isEmpty() ? Difference.Kind.EXTRA : Difference.Kind.DIFFERENT;
  }

  private Map<String, String> key(String key) {
    Map<String, String> shown = new LinkedHashMap<>();
    List<Object> values = Comparison.values(comparison.keys(), key);
    for (int i = 0; i < values.size(); i++) {
      String name = comparison.keys().get(i).source();
      shown.put(name, masking.shown(comparison.source(), name, values.get(i)));
    }
    return shown;
  }

  private List<Difference.Values> values(Candidates.Found found) {
    List<String> source = found.source().map(this::shown).orElse(List.of());
    List<String> lake = found.lake().map(this::shown).orElse(List.of());
    List<String> sourcePieces = pieces(found.source().orElse(null));
    List<String> lakePieces = pieces(found.lake().orElse(null));
    List<Difference.Values> values = new ArrayList<>();
    for (int i = 0; i < comparison.others().size(); i++) {
      if (source.isEmpty() || lake.isEmpty() || !sourcePieces.get(i).equals(lakePieces.get(i))) {
        values.add(
            new Difference.Values(
                comparison.others().get(i).source(),
                source.isEmpty() ? "" : source.get(i),
                lake.isEmpty() ? "" : lake.get(i)));
      }
    }
    return values;
  }

  private List<String> pieces(RowVersion row) {
    return row == null ? List.of() : comparison.pieces(row.text());
  }

  private List<String> shown(RowVersion row) {
    List<Object> values = Comparison.values(comparison.others(), row.text());
    List<String> shown = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      shown.add(
          masking.shown(comparison.source(), comparison.others().get(i).source(), values.get(i)));
    }
    return shown;
  }
}
