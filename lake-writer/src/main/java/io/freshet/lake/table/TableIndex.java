package io.freshet.lake.table;

import java.util.Locale;

/** Which of Hudi's indexes a table gets. */
public final class TableIndex {
  private TableIndex() {}

  /** Its name in lower case, such as {@code bucket} or {@code global-simple}. */
  public static String of(TableSpec spec) {
    return HudiOptions.of(spec, 1)
        .get("hoodie.index.type")
        .toLowerCase(Locale.ROOT)
        .replace('_', '-');
  }
}
