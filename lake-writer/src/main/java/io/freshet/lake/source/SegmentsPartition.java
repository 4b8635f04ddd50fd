package io.freshet.lake.source;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;

/** The rows of one micro-batch, which the driver knows already. */
record SegmentsPartition(List<Segment> segments) implements InputPartition {
  private static final long serialVersionUID = 1L;

  static final class ReaderFactory implements PartitionReaderFactory {
    private static final long serialVersionUID = 1L;

    @Override
    public PartitionReader<InternalRow> createReader(InputPartition partition) {
      Iterator<Segment> segments = ((SegmentsPartition) partition).segments().iterator();
      return new PartitionReader<>() {
        private InternalRow row;

        @Override
        public boolean next() {
          if (!segments.hasNext()) {
            return false;
          }
          row = SegmentRow.of(segments.next());
          return true;
        }

        @Override
        public InternalRow get() {
          return row;
        }

        @Override
        public void close() {
          // Nothing is open: the rows were sent with the partition.
        }
      };
    }
  }
}
