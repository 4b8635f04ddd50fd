package io.freshet.lake.verify;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;

/** Writes the texts of the lake's rows, in Spark's tasks. */
final class RowText implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Codec[] codecs;
  private final DataType[] types;
  private final int keys;

  /** For rows that have the columns of a comparison, in its order, and maybe others behind. */
  RowText(Comparison comparison) {
    List<Comparison.ComparedColumn> columns = comparison.columns();
    this.codecs = columns.stream().map(Comparison.ComparedColumn::codec).toArray(Codec[]::new);
    this.types = columns.stream().map(Comparison.ComparedColumn::lakeType).toArray(DataType[]::new);
    this.keys = comparison.keys().size();
  }

  /** Writes a row's key in place of what the buffer held. */
  void key(InternalRow row, TextBuffer out) {
    write(row, 0, keys, out);
  }

  /** Writes the text of its other columns in place of what the buffer held. */
  void text(InternalRow row, TextBuffer out) {
    write(row, keys, codecs.length, out);
  }

  private void write(InternalRow row, int from, int to, TextBuffer out) {
    out.clear();
    for (int i = from; i < to; i++) {
      codecs[i].write(row.isNullAt(i) ? null : row.get(i, types[i]), out);
    }
  }

  /** How many columns there are. */
  int columns() {
    return codecs.length;
  }
}
