package io.freshet.lake.table;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The rows of one commit, each with its partition. */
interface PlacedRows extends AutoCloseable {
  Dataset<Row> rows();

  /** Whether the rows' marks name texts too, which Hudi's merging would not find. */
  boolean lackTexts();

  /** Takes note of the commit's success. */
  void committed();

  @Override
  void close();

  /** Rows that Hudi's own index finds the places of. */
  static PlacedRows asTheyAre(Dataset<Row> rows) {
    return new PlacedRows() {
      @Override
      public Dataset<Row> rows() {
        return rows;
      }

      @Override
      public boolean lackTexts() {
        return false;
      }

      @Override
      public void committed() {
        // Nobody asks.
      }

      @Override
      public void close() {
        // They are the caller's.
      }
    };
  }
}
