package io.freshet.connect;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;

/** Parquet files as Parquet's own readers read them, codecs included. */
public final class ParquetMessages {
  private ParquetMessages() {}

  /** What is done with a file. */
  @FunctionalInterface
  private interface Use<T> {
    T apply(InputFile file) throws IOException;
  }

  public static List<GenericRecord> readFile(byte[] file) {
    return with(
        file,
        input -> {
          List<GenericRecord> rows = new ArrayList<>();
          try (ParquetReader<GenericRecord> reader =
              AvroParquetReader.<GenericRecord>builder(input, new PlainParquetConfiguration())
                  .withDataModel(GenericData.get())
                  .build()) {
            for (GenericRecord row = reader.read(); row != null; row = reader.read()) {
              rows.add(row);
            }
          }
          return rows;
        });
  }

  public static ParquetMetadata readFooter(byte[] file) {
    return with(
        file,
        input -> {
          try (ParquetFileReader reader = ParquetFileReader.open(input)) {
            return reader.getFooter();
          }
        });
  }

  private static <T> T with(byte[] file, Use<T> use) {
    try {
      Path path = Files.createTempFile(Path.of("target").toAbsolutePath(), "rows-", ".parquet");
      try {
        Files.write(path, file);
        return use.apply(new LocalInputFile(path));
      } finally {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A decimal's unscaled value. */
  public static ByteBuffer bytes(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length);
    for (int value : values) {
      bytes.put((byte) value);
    }
    return bytes.flip();
  }
}
