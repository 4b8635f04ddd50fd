package io.freshet.connect.avro;

import io.freshet.connect.format.ArrayTaker;
import io.freshet.connect.format.ByteArrays;
import io.freshet.connect.format.FormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
  private static final byte[] NONE = {};

  /** Before a block's records stand their number and their length. */
  private static final int BEFORE = 2 * Varints.MAX_BYTES;

  private final LandedSchema schema;
  private final AvroCodec codec;
  private final AvroCodec.Compressor compressor;
  private final OutputStream blocks;
  private final ByteArrays arrays;
  private final byte[] sync = new byte[DataFileConstants.SYNC_SIZE];
  private final byte[] frame = new byte[BEFORE];
  private byte[] block = NONE;

  /** The records lie between {@link #BEFORE} and here. */
  private int end = BEFORE;

  private boolean filledOne;
  private long inBlock;
  private long records;
  private long written;

  /**
   * @param schema schema of every record of the file
   * @param codec compression of the blocks
   * @param blocks where complete blocks go
   * @param arrays where a block is gathered
   */
  public ContainerWriter(
      LandedSchema schema, AvroCodec codec, OutputStream blocks, ByteArrays arrays) {
    this.schema = schema;
    this.codec = codec;
    this.compressor = codec.create();
    this.blocks = blocks;
    this.arrays = arrays;
    ThreadLocalRandom.current().nextBytes(sync);
  }

  @Override
  public void append(EncodedRecord record, long offset, long timestamp) {
    int needed = record.maxRowBytes() + sync.length;
    if (inBlock > 0 && end + needed > BLOCK_BYTES) {
      endBlock();
      filledOne = true;
    }
    if (block.length - end < needed) {
      grow(end + needed);
    }
    end = record.putRow(block, end, offset, timestamp);
    inBlock++;
    records++;
  }

  /** Doubles the block; one that follows a full one will be full too. */
  private void grow(int needed) {
    int wanted = filledOne ? BLOCK_BYTES : Math.min(block.length * 2, BLOCK_BYTES);
    byte[] larger = arrays.take(Math.max(needed, wanted));
    System.arraycopy(block, 0, larger, 0, Math.min(end, block.length));
    giveBackBlock();
    block = larger;
  }

  private void giveBackBlock() {
    arrays.giveBack(block);
    block = NONE;
  }

  @Override
  public long records() {
    return records;
  }

  /** Bytes of the file so far, its header not counted and its last block not yet compressed. */
  @Override
  public long bytes() {
    return written + end - BEFORE;
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
    giveBackBlock();
    filledOne = false;
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
    giveBackBlock();
    end = BEFORE;
    inBlock = 0;
  }

  private byte[] header(Map<String, String> metadata) {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    try {
      header.write(DataFileConstants.MAGIC);
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(header, null);
      encoder.writeMapStart();
      encoder.setItemCount(2 + metadata.size());
      put(encoder, DataFileConstants.SCHEMA, schema.json());
      put(encoder, DataFileConstants.CODEC, utf8(codec.propertyValue()));
      for (Map.Entry<String, String> pair : metadata.entrySet()) {
        put(encoder, pair.getKey(), utf8(pair.getValue()));
      }
      encoder.writeMapEnd();
      encoder.flush();
      header.write(sync);
    } catch (IOException inMemory) {
      throw new UncheckedIOException(inMemory);
    }
    return header.toByteArray();
  }

  private static void put(BinaryEncoder map, String key, byte[] value) throws IOException {
    map.startItem();
    map.writeString(key);
    map.writeBytes(value);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void endBlock() {
    try {
      ByteBuffer data = compressor.compress(ByteBuffer.wrap(block, BEFORE, end - BEFORE));
      int framed = Varints.putLong(frame, 0, inBlock);
      framed = Varints.putLong(frame, framed, data.remaining());
      written += framed + data.remaining() + sync.length;
      if (data.array() == block && blocks instanceof ArrayTaker taker) {
        giveAway(taker, framed);
      } else {
        blocks.write(frame, 0, framed);
        blocks.write(data.array(), data.arrayOffset() + data.position(), data.remaining());
        blocks.write(sync);
      }
    } catch (IOException failed) {
      throw new ConnectException("can't buffer a landed file: " + failed.getMessage(), failed);
    }
    end = BEFORE;
    inBlock = 0;
    if (block.length > BLOCK_BYTES) {
      // One large record doesn't hold its room for ever.
      giveBackBlock();
    }
  }

  private void giveAway(ArrayTaker taker, int framed) {
    System.arraycopy(frame, 0, block, BEFORE - framed, framed);
    System.arraycopy(sync, 0, block, end, sync.length);
    taker.takeOver(block, BEFORE - framed, framed + end - BEFORE + sync.length);
    block = NONE;
  }
}
