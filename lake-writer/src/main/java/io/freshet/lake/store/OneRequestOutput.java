package io.freshet.lake.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A file that is written in one request, unless it grows too long for that. */
final class OneRequestOutput extends OutputStream {
  /** How a file gets into the store. */
  interface Target {
    /** Puts a whole file, in one request. */
    void put(byte[] content) throws IOException;

    /** Begins a file of any length. */
    OutputStream begin() throws IOException;

    /**
     * Is told once when the file is there.
     *
     * @param content null if the file was too long for one request
     */
    void written(long length, byte[] content);
  }

  private final Target target;
  private final int most;
  private ByteArrayOutputStream held = new ByteArrayOutputStream();
  private OutputStream rest;
  private long length;
  private boolean closed;

  /**
   * @param most bytes to hold
   */
  OneRequestOutput(Target target, int most) {
    this.target = target;
    this.most = most;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    requireOpen();
    if (rest == null && held.size() + (long) count > most) {
      rest = target.begin();
      held.writeTo(rest);
      held = null;
    }
    (rest == null ? held : rest).write(bytes, offset, count);
    length += count;
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw new IOException("the file is closed");
    }
  }

  /** Does nothing: on S3 a file is there when it is closed, and not before. */
  @Override
  public void flush() throws IOException {
    requireOpen();
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    byte[] content = null;
    if (rest != null) {
      rest.close();
    } else {
      content = held.toByteArray();
      held = null;
      target.put(content);
    }
    target.written(length, content);
  }
}
