package io.freshet.connect.format;

import com.github.luben.zstd.Zstd;
import io.airlift.compress.lz4.Lz4Compressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/**
 * Compression of a Parquet file's pages; the names are the values of {@code parquet.codec}.
 *
 * <p>Parquet's own factory would make them by way of Hadoop's configuration and codecs, which want
 * half of Hadoop. What each codec's bytes are is said in the Parquet format, "Compression".
 */
public enum ParquetCodec {
  NONE(CompressionCodecName.UNCOMPRESSED) {
    @Override
    byte[] compress(byte[] page) {
      return page;
    }
  },
  SNAPPY(CompressionCodecName.SNAPPY) {
    @Override
    byte[] compress(byte[] page) throws IOException {
      return Snappy.compress(page);
    }
  },
  GZIP(CompressionCodecName.GZIP) {
    @Override
    byte[] compress(byte[] page) throws IOException {
      ByteArrayOutputStream compressed = new ByteArrayOutputStream(page.length / 2 + 64);
      try (GZIPOutputStream gzip = new GZIPOutputStream(compressed, 8 * 1024)) {
        gzip.write(page);
      }
      return compressed.toByteArray();
    }
  },
  ZSTD(CompressionCodecName.ZSTD) {
    @Override
    byte[] compress(byte[] page) {
      return Zstd.compress(page, ZSTD_LEVEL);
    }
  },
  LZ4_RAW(CompressionCodecName.LZ4_RAW) {
    @Override
    byte[] compress(byte[] page) {
      Lz4Compressor lz4 = new Lz4Compressor();
      byte[] compressed = new byte[lz4.maxCompressedLength(page.length)];
      return Arrays.copyOf(
          compressed, lz4.compress(page, 0, page.length, compressed, 0, compressed.length));
    }
  };

  private static final int ZSTD_LEVEL = 3;

  /** Confluent's sink takes Parquet's own word too. */
  private static final String UNCOMPRESSED = "uncompressed";

  private final CompressionCodecName inFooter;

  ParquetCodec(CompressionCodecName inFooter) {
    this.inFooter = inFooter;
  }

  abstract byte[] compress(byte[] page) throws IOException;

  /** The codec's name as a property value. */
  public String propertyValue() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Every property value, in the order in which they are best listed. */
  public static List<String> propertyValues() {
    return List.of("none", UNCOMPRESSED, "snappy", "gzip", "zstd", "lz4_raw");
  }

  /**
   * @throws IllegalArgumentException if there is no such codec
   */
  public static ParquetCodec of(String propertyValue) {
    return propertyValue.equalsIgnoreCase(UNCOMPRESSED)
        ? NONE
        : valueOf(propertyValue.toUpperCase(Locale.ROOT));
  }

  CompressionCodecName inFooter() {
    return inFooter;
  }

  BytesInputCompressor compressor() {
    return new BytesInputCompressor() {
      @Override
      public BytesInput compress(BytesInput page) throws IOException {
        if (ParquetCodec.this == NONE) {
          return page;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(Math.toIntExact(page.size()));
        page.writeAllTo(bytes);
        return BytesInput.from(ParquetCodec.this.compress(bytes.toByteArray()));
      }

      @Override
      public CompressionCodecName getCodecName() {
        return inFooter;
      }

      @Override
      public void release() {
        // Holds nothing between two pages.
      }
    };
  }
}
