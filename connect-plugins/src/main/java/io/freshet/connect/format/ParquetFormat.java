package io.freshet.connect.format;

import io.freshet.connect.avro.LandedSchema;
import java.io.OutputStream;
import java.util.Map;
import java.util.WeakHashMap;

/** Parquet files. Used by one thread. */
public final class ParquetFormat implements FileFormat {
  /** What all files of one schema share. */
  private record Known(ParquetShape shape, SizeRatio ratio) {
    Known(LandedSchema schema) {
      this(ParquetShape.of(schema), new SizeRatio());
    }
  }

  private final Map<LandedSchema, Known> known = new WeakHashMap<>();
  private final ParquetCodec codec;

  /**
   * @param codec compression of the files' pages
   */
  public ParquetFormat(ParquetCodec codec) {
    this.codec = codec;
  }

  @Override
  public String extension() {
    return "parquet";
  }

  @Override
  public void check(LandedSchema schema) {
    known(schema);
  }

  @Override
  public FormatWriter open(LandedSchema schema, OutputStream out) {
    Known of = known(schema);
    return new RowGroupWriter(of.shape(), codec, of.ratio(), out);
  }

  private Known known(LandedSchema schema) {
    return known.computeIfAbsent(schema, Known::new);
  }
}
