package io.freshet.lake.postgres;

import io.freshet.lake.LakeException;
import io.freshet.lake.change.UnfitValueException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Reads one part. The server sends each row as a message of its own ("always one per row",
 * PostgreSQL's protocol, COPY operations), the first one behind the header of the format: a
 * signature, flags and an extension. A row is the number of its fields and, of each, its length or
 * -1 for null and its bytes; -1 fields end the data.
 */
final class CopyReader implements PartitionReader<InternalRow> {
  private static final int SIGNATURE_AND_FLAGS = 15;
  private static final int END = -1;

  /** A table that is locked by a change of its columns is not waited for without an end. */
  private static final String PATIENCE = "SET lock_timeout = '60s'";

  private static final String LOCKED = "55P03";

  private final CopyScan.Part part;
  private final Postgres database;
  private final CopyColumn[] columns;
  private final FieldDecoder[] decoders;
  private final Object[] values;
  private final InternalRow row;
  private Connection connection;
  private CopyOut copy;
  private boolean begun;
  private boolean ended;
  private long bytes;

  CopyReader(CopyScan.Part part) {
    this.part = part;
    this.database = part.options().database();
    this.columns = part.columns().toArray(CopyColumn[]::new);
    this.decoders = new FieldDecoder[columns.length];
    for (int i = 0; i < columns.length; i++) {
      decoders[i] = columns[i].decoder();
    }
    this.values = new Object[columns.length];
    this.row = new GenericInternalRow(values);
  }

  @Override
  public boolean next() throws IOException {
    if (ended) {
      return false;
    }
    try {
      if (copy == null) {
        open();
      }
      byte[] message = copy.readFromCopy();
      int at = 0;
      if (!begun && message != null) {
        begun = true;
        at = SIGNATURE_AND_FLAGS + 4 + Wire.int4(message, SIGNATURE_AND_FLAGS);
        if (at == message.length) {
          bytes += at;
          message = copy.readFromCopy();
          at = 0;
        }
      }
      return read(message, at);
    } catch (SQLException failed) {
      throw told(failed);
    }
  }

  private boolean read(byte[] message, int at) throws SQLException {
    if (message == null) {
      throw new LakeException("the COPY of %s ended too early".formatted(part.table()));
    }
    bytes += message.length;
    if (Wire.int2(message, at) == END) {
      ended = true;
      // The end of the command, which may be an error.
      copy.readFromCopy();
      return false;
    }
    decode(message, at + 2);
    return true;
  }

  private void decode(byte[] message, int from) {
    int at = from;
    for (int i = 0; i < decoders.length; i++) {
      int length = Wire.int4(message, at);
      at += 4;
      if (length < 0) {
        values[i] = null;
      } else {
        values[i] = value(i, message, at, length);
        at += length;
      }
    }
  }

  private Object value(int column, byte[] message, int at, int length) {
    try {
      return decoders[column].decode(message, at, length);
    } catch (UnfitValueException unfit) {
      throw new LakeException(
          "column %s of %s holds %s, %s"
              .formatted(columns[column].name(), part.table(), unfit.value(), unfit.getMessage()),
          unfit);
    }
  }

  private void open() throws SQLException {
    connection = database.openAt("freshet copy", part.options().snapshot());
    try (Statement statement = connection.createStatement()) {
      statement.execute(PATIENCE);
    }
    copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(part.sql());
  }

  private LakeException told(SQLException failed) {
    return LOCKED.equals(failed.getSQLState())
        ? new LakeException(
            "%s could not be read for 60 s, because another session changes it or waits to (ALTER TABLE, TRUNCATE, VACUUM FULL); let that end first"
                .formatted(part.table()),
            failed)
        : database.told(failed);
  }

  @Override
  public InternalRow get() {
    return row;
  }

  @Override
  public CustomTaskMetric[] currentMetricsValues() {
    long now = bytes;
    return new CustomTaskMetric[] {
      new CustomTaskMetric() {
        @Override
        public String name() {
          return CopiedBytes.NAME;
        }

        @Override
        public long value() {
          return now;
        }
      }
    };
  }

  @Override
  public void close() throws IOException {
    if (connection == null) {
      return;
    }
    try {
      if (copy != null && copy.isActive()) {
        copy.cancelCopy();
      }
      connection.close();
    } catch (SQLException broken) {
      throw new IOException(broken);
    }
  }
}
