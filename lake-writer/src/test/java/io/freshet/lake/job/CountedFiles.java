package io.freshet.lake.job;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** Local files that count what would each be a request to a store. */
public final class CountedFiles extends LocalFileSystem {
  private static final AtomicLong ASKED = new AtomicLong();

  private static final AtomicLong TIMELINES = new AtomicLong();

  /** Lists of a table's timeline so far, in this process. */
  static long timelines() {
    return TIMELINES.get();
  }

  /** Lists and reads so far, in this process. */
  static long asked() {
    return ASKED.get();
  }

  @Override
  public FileStatus[] listStatus(Path folder) throws IOException {
    ASKED.incrementAndGet();
    if (folder.getName().equals("timeline")) {
      TIMELINES.incrementAndGet();
    }
    return super.listStatus(folder);
  }

  @Override
  public FSDataInputStream open(Path file, int buffer) throws IOException {
    ASKED.incrementAndGet();
    return super.open(file, buffer);
  }
}
