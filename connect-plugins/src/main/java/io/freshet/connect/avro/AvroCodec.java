package io.freshet.connect.avro;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.apache.avro.file.ZstandardCodec;
import org.xerial.snappy.Snappy;

/** Compression of a container file's blocks; the names are the values of {@code avro.codec}. */
public enum AvroCodec {
  NULL {
    @Override
    Compressor create() {
      return block -> block;
    }
  },
  DEFLATE {
    @Override
    Compressor create() {
      return AvroCodec::deflate;
    }
  },
  SNAPPY {
    @Override
    Compressor create() {
      return AvroCodec::snappy;
    }
  },
  ZSTANDARD {
    @Override
    Compressor create() {
      return new ZstandardCodec(ZSTANDARD_LEVEL, false, true)::compress;
    }
  };

  private static final int DEFLATE_LEVEL = 6;
  private static final int ZSTANDARD_LEVEL = 3;

  /** Compresses one block, which is backed by an array. */
  @FunctionalInterface
  interface Compressor {
    ByteBuffer compress(ByteBuffer block) throws IOException;
  }

  /** A compressor with buffers of its own: one file's. */
  abstract Compressor create();

  /** The codec's name as a property value and in the file's header. */
  public String propertyValue() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException if there is no such codec
   */
  public static AvroCodec of(String propertyValue) {
    return valueOf(propertyValue.toUpperCase(Locale.ROOT));
  }

  /**
   * Not Avro's own codec: it keeps a deflater, 260 kB outside the heap, for as long as its file is
   * open, and thousands may be.
   */
  private static ByteBuffer deflate(ByteBuffer block) {
    Deflater deflater = new Deflater(DEFLATE_LEVEL, true);
    try {
      deflater.setInput(block.duplicate());
      deflater.finish();
      byte[] compressed = new byte[block.remaining() / 2 + 64];
      int length = 0;
      while (!deflater.finished()) {
        if (length == compressed.length) {
          compressed = Arrays.copyOf(compressed, 2 * length);
        }
        length += deflater.deflate(compressed, length, compressed.length - length);
      }
      return ByteBuffer.wrap(compressed, 0, length);
    } finally {
      deflater.end();
    }
  }

  /** The Avro specification has a CRC-32 of the uncompressed data follow a Snappy block. */
  private static ByteBuffer snappy(ByteBuffer block) throws IOException {
    int start = block.arrayOffset() + block.position();
    ByteBuffer compressed =
        ByteBuffer.allocate(Snappy.maxCompressedLength(block.remaining()) + Integer.BYTES);
    int size = Snappy.compress(block.array(), start, block.remaining(), compressed.array(), 0);
    CRC32 checksum = new CRC32();
    checksum.update(block.array(), start, block.remaining());
    compressed.position(size);
    compressed.putInt((int) checksum.getValue());
    return compressed.flip();
  }
}
