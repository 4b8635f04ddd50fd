package io.freshet.connect.s3;

import io.freshet.connect.avro.FileKind;
import io.freshet.schemas.LandingMetadata;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Map;

/** A complete file that waits to be landed: a header, and the bytes that follow it. */
final class SealedFile implements Payload, AutoCloseable {
  private final String path;
  private final FileKind kind;
  private final String extension;
  private final Offsets offsets;
  private final LandingMetadata metadata;
  private final byte[] header;
  private final SpoolBuffer blocks;
  private boolean put;

  /** Kafka offsets of the first and the last record in it. */
  record Offsets(long first, long last) {}

  SealedFile(
      String path,
      FileKind kind,
      String extension,
      Offsets offsets,
      LandingMetadata metadata,
      byte[] header,
      SpoolBuffer blocks) {
    this.path = path;
    this.kind = kind;
    this.extension = extension;
    this.offsets = offsets;
    this.metadata = metadata;
    this.header = header;
    this.blocks = blocks;
  }

  /** Folder below the topic's, without slashes at its ends. */
  String path() {
    return path;
  }

  /** What it holds of its records. */
  FileKind kind() {
    return kind;
  }

  /** File name extension of its format, without its dot. */
  String extension() {
    return extension;
  }

  LandingMetadata metadata() {
    return metadata;
  }

  @Override
  public Map<String, String> tags() {
    return Map.of(
        ObjectOptions.START_OFFSET, Long.toString(offsets.first()),
        ObjectOptions.END_OFFSET, Long.toString(offsets.last()),
        ObjectOptions.RECORD_COUNT, Long.toString(metadata.records()));
  }

  /** Whether it is in the store already: a commit that is tried again doesn't upload it again. */
  boolean isPut() {
    return put;
  }

  void markPut() {
    put = true;
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
