package io.freshet.connect.s3;

import io.freshet.connect.format.ByteArrays;
import java.nio.file.Path;

/** Buffers outside of a task. */
final class TestBuffers {
  private TestBuffers() {}

  /** A buffer that stays on the heap. */
  static SpoolBuffer onHeap() {
    SpoolFile unused = new SpoolFile(Path.of(System.getProperty("java.io.tmpdir")));
    return new BufferPool(Long.MAX_VALUE, new ByteArrays(0), unused).buffer();
  }
}
