package io.freshet.lake.source;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.unsafe.types.UTF8String;

/** The rows of one micro-batch, which the driver knows already. */
record LandedFilesPartition(List<LandedFile> files) implements InputPartition {
  private static final long serialVersionUID = 1L;

  static final class ReaderFactory implements PartitionReaderFactory {
    private static final long serialVersionUID = 1L;

    @Override
    public PartitionReader<InternalRow> createReader(InputPartition partition) {
      Iterator<LandedFile> files = ((LandedFilesPartition) partition).files().iterator();
      return new PartitionReader<>() {
        private InternalRow row;

        @Override
        public boolean next() {
          if (!files.hasNext()) {
            return false;
          }
          row = row(files.next());
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

    private static InternalRow row(LandedFile file) {
      return new GenericInternalRow(
          new Object[] {
            UTF8String.fromString(file.topic()),
            file.partition(),
            file.position(),
            file.next(),
            file.records(),
            file.schemaId(),
            UTF8String.fromString(file.path()),
            file.bytes()
          });
    }
  }
}
