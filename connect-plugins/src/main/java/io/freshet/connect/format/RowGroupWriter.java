package io.freshet.connect.format;

import io.freshet.connect.avro.EncodedRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.api.RecordConsumer;

/**
 * Writes a Parquet file. Rows wait in Avro binary until a row group is complete, or memory is
 * short; only then they become columns, and are given away at once. Parquet's columns take some 20
 * kB each as soon as they hold one value, and several times their data's size later (measured: 1 MB
 * for one row of 50 columns), which thousands of open files can't afford.
 *
 * <p>Made of the parts that Parquet's own record writer is made of, because that one can't be told
 * to end a row group.
 */
final class RowGroupWriter implements FormatWriter {
  /** Bytes of Avro in a row group: its columns need a few times that while they are made. */
  static final int ROW_GROUP_BYTES = 32 * 1024 * 1024;

  /** Large rows must not wait for a hundredth one before a page's size is looked at. */
  private static final int MIN_ROWS_FOR_CHECK = 10;

  private static final ParquetProperties PROPERTIES =
      ParquetProperties.builder().withMinRowCountForPageSizeCheck(MIN_ROWS_FOR_CHECK).build();

  private final ParquetShape shape;
  private final ParquetCodec codec;
  private final SizeRatio ratio;
  private final WriteSupport<IndexedRecord> support;
  private final Map<String, String> footer;
  private final PositionedStream out;
  private final ParquetFileWriter file;
  private final RowBytes rows = new RowBytes();
  private int groups;
  private long records;

  /**
   * @param ratio what is known of the shape's rows
   * @param out where the file's bytes go; it stays open
   */
  RowGroupWriter(ParquetShape shape, ParquetCodec codec, SizeRatio ratio, OutputStream out) {
    this.shape = shape;
    this.codec = codec;
    this.ratio = ratio;
    this.support = shape.writeSupport();
    this.footer = new HashMap<>(support.init(ParquetShape.configuration()).getExtraMetaData());
    this.out = new PositionedStream(out);
    try {
      this.file =
          new ParquetFileWriter(
              this.out.asFile(),
              shape.columns(),
              ParquetFileWriter.Mode.CREATE,
              ROW_GROUP_BYTES,
              0,
              null,
              PROPERTIES);
      file.start();
    } catch (IOException failed) {
      throw unwritable(failed);
    }
  }

  @Override
  public void append(EncodedRecord record, long offset, long timestamp) {
    rows.append(record, offset, timestamp);
    records++;
    if (rows.bytes() >= ROW_GROUP_BYTES) {
      shrink();
    }
  }

  @Override
  public long records() {
    return records;
  }

  /** Bytes of the file so far; rows that wait count as much as others of their schema came to. */
  @Override
  public long bytes() {
    return out.getPos() + ratio.of(rows.bytes());
  }

  @Override
  public long heapBytes() {
    return rows.heapBytes();
  }

  /** Ends the row group. */
  @Override
  public void shrink() {
    if (rows.count() == 0) {
      return;
    }
    long before = out.getPos();
    try (ColumnChunkPageWriteStore pages = newPages();
        ColumnWriteStore columns = PROPERTIES.newColumnWriteStore(shape.columns(), pages, pages)) {
      RecordConsumer consumer =
          new ColumnIOFactory().getColumnIO(shape.columns()).getRecordWriter(columns);
      support.prepareForWrite(consumer);
      writeRows();
      consumer.flush();
      file.startBlock(rows.count());
      columns.flush();
      pages.flushToFileWriter(file);
      file.endBlock();
    } catch (IOException failed) {
      throw unwritable(failed);
    }
    ratio.learn(rows.bytes(), out.getPos() - before);
    rows.clear();
  }

  private ColumnChunkPageWriteStore newPages() {
    return new ColumnChunkPageWriteStore(
        codec.compressor(),
        shape.columns(),
        PROPERTIES.getAllocator(),
        PROPERTIES.getColumnIndexTruncateLength(),
        PROPERTIES.getPageWriteChecksumEnabled(),
        null,
        groups++);
  }

  private void writeRows() throws IOException {
    GenericDatumReader<IndexedRecord> reader = new GenericDatumReader<>(shape.avro());
    BinaryDecoder decoder = null;
    IndexedRecord row = null;
    for (RowBytes.Block block : rows.blocks()) {
      decoder = DecoderFactory.get().binaryDecoder(block.bytes(), 0, block.length(), decoder);
      while (!decoder.isEnd()) {
        row = reader.read(row, decoder);
        support.write(row);
      }
    }
  }

  @Override
  public byte[] finish(Map<String, String> metadata) {
    shrink();
    footer.putAll(metadata);
    try {
      file.end(footer);
    } catch (IOException failed) {
      throw unwritable(failed);
    }
    return new byte[0];
  }

  @Override
  public void close() {
    rows.clear();
  }

  private static ConnectException unwritable(IOException failed) {
    return new ConnectException("can't buffer a landed file: " + failed.getMessage(), failed);
  }
}
