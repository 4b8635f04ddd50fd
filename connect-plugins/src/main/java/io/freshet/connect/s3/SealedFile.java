package io.freshet.connect.s3;

import io.freshet.connect.avro.FileKind;
import io.freshet.schemas.LandingMetadata;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;

/** A complete file that waits to be landed: a header, and the bytes that follow it. */
final class SealedFile implements Payload, AutoCloseable {
  private final String path;
  private final FileKind kind;
  private final String extension;
  private final LandingMetadata metadata;
  private final byte[] header;
  private final SpoolBuffer blocks;
  private boolean put;

  SealedFile(
      String path,
      FileKind kind,
      String extension,
      LandingMetadata metadata,
      byte[] header,
      SpoolBuffer blocks) {
    this.path = path;
    this.kind = kind;
    this.extension = extension;
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
