package io.freshet.connect.s3;

import io.freshet.schemas.LandingKey;
import io.freshet.schemas.LandingMetadata;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;

/** A complete file that waits to be landed: a header, and the blocks that follow it. */
final class SealedFile implements Payload, AutoCloseable {
  private final LandingKey key;
  private final LandingMetadata metadata;
  private final byte[] header;
  private final SpoolBuffer blocks;

  SealedFile(LandingKey key, LandingMetadata metadata, byte[] header, SpoolBuffer blocks) {
    this.key = key;
    this.metadata = metadata;
    this.header = header;
    this.blocks = blocks;
  }

  LandingKey key() {
    return key;
  }

  LandingMetadata metadata() {
    return metadata;
  }

  @Override
  public long length() {
    return header.length + blocks.length();
  }

  @Override
  public InputStream open(long from, long length) {
    if (from >= header.length) {
      return blocks.open(from - header.length, length);
    }
    int ofHeader = (int) Math.min(length, header.length - from);
    return new SequenceInputStream(
        new ByteArrayInputStream(header, (int) from, ofHeader), blocks.open(0, length - ofHeader));
  }

  @Override
  public void close() {
    blocks.close();
  }
}
