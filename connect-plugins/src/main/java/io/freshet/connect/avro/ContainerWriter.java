package io.freshet.connect.avro;

import io.freshet.connect.format.FormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Writes an Avro object-container file from records that are encoded already. The blocks go to a
 * stream as they fill; the header, whose metadata is known only when the file is complete, is made
 * last and belongs before them.
 *
 * <p>The layout is described in the Avro specification, "Object Container Files".
 */
public final class ContainerWriter implements FormatWriter {
  private static final int BLOCK_BYTES = 64 * 1024;

  /** A file with few records must cost little. */
  private static final int FIRST_BYTES = 1024;

  private final LandedSchema schema;
  private final AvroCodec codec;
  private final AvroCodec.Compressor compressor;
  private final OutputStream blocks;
  private final byte[] sync = new byte[DataFileConstants.SYNC_SIZE];
  private final byte[] frame = new byte[2 * Varints.MAX_BYTES];
  private byte[] block = new byte[0];
  private int length;
  private long inBlock;
  private long records;
  private long written;

  /**
   * @param schema schema of every record of the file
   * @param codec compression of the blocks
   * @param blocks where complete blocks go
   */
  public ContainerWriter(LandedSchema schema, AvroCodec codec, OutputStream blocks) {
    this.schema = schema;
    this.codec = codec;
    this.compressor = codec.create();
    this.blocks = blocks;
    ThreadLocalRandom.current().nextBytes(sync);
  }

  @Override
  public void append(EncodedRecord record, long offset, long timestamp) {
    int needed = record.maxRowBytes();
    if (block.length - length < needed) {
      block =
          Arrays.copyOf(block, Math.max(Math.max(FIRST_BYTES, block.length * 2), length + needed));
    }
    length = record.putRow(block, length, offset, timestamp);
    inBlock++;
    records++;
    if (length >= BLOCK_BYTES) {
      endBlock();
    }
  }

  @Override
  public long records() {
    return records;
  }

  /** Bytes of the file so far, its header not counted and its last block not yet compressed. */
  @Override
  public long bytes() {
    return written + length;
  }

  @Override
  public long heapBytes() {
    return block.length;
  }

  /** Ends the block early. */
  @Override
  public void shrink() {
    if (inBlock > 0) {
      endBlock();
    }
    block = new byte[0];
  }

  /** Writes out the last block; the header is made now that its metadata is known. */
  @Override
  public byte[] finish(Map<String, String> metadata) {
    if (inBlock > 0) {
      endBlock();
    }
    close();
    return header(metadata);
  }

  @Override
  public void close() {
    block = new byte[0];
    length = 0;
    inBlock = 0;
  }

  private byte[] header(Map<String, String> metadata) {
    Map<String, String> pairs = new LinkedHashMap<>();
    pairs.put(DataFileConstants.SCHEMA, schema.written().toString());
    pairs.put(DataFileConstants.CODEC, codec.propertyValue());
    pairs.putAll(metadata);
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    try {
      header.write(DataFileConstants.MAGIC);
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(header, null);
      encoder.writeMapStart();
      encoder.setItemCount(pairs.size());
      for (Map.Entry<String, String> pair : pairs.entrySet()) {
        encoder.startItem();
        encoder.writeString(pair.getKey());
        encoder.writeBytes(pair.getValue().getBytes(StandardCharsets.UTF_8));
      }
      encoder.writeMapEnd();
      encoder.flush();
      header.write(sync);
    } catch (IOException inMemory) {
      throw new UncheckedIOException(inMemory);
    }
    return header.toByteArray();
  }

  private void endBlock() {
    try {
      ByteBuffer data = compressor.compress(ByteBuffer.wrap(block, 0, length));
      int framed = Varints.putLong(frame, 0, inBlock);
      framed = Varints.putLong(frame, framed, data.remaining());
      blocks.write(frame, 0, framed);
      blocks.write(data.array(), data.arrayOffset() + data.position(), data.remaining());
      blocks.write(sync);
      written += framed + data.remaining() + sync.length;
    } catch (IOException failed) {
      throw new ConnectException("can't buffer a landed file: " + failed.getMessage(), failed);
    }
    length = 0;
    inBlock = 0;
    if (block.length > 4 * BLOCK_BYTES) {
      // One large record doesn't hold its room for ever.
      block = new byte[0];
    }
  }
}
