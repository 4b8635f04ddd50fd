package io.freshet.connect.s3;

import io.freshet.connect.format.ByteArrays;
import java.nio.file.Path;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/**
 * Where records wait until they are landed.
 *
 * @param memoryBytes bytes of heap that all open files of a task may hold together
 * @param spoolFolder folder of the temporary file that takes what doesn't fit
 */
record BufferOptions(long memoryBytes, Path spoolFolder) {
  static final String MEMORY = "buffer.memory.bytes";
  static final String SPOOL_FOLDER = "buffer.spool.dir";

  private static final long MIN_MEMORY = 1024 * 1024;
  private static final long MIN_SHARE = 16 * 1024 * 1024;
  private static final String TASKS = "tasks.max";
  private static final String GROUP = "Buffers";

  static void define(ConfigDef def) {
    int order = 0;
    def.define(
        MEMORY,
        Type.LONG,
        -1L,
        Importance.MEDIUM,
        "Bytes of heap that the open files of one task may hold together, however many partitions it"
            + " has; above it, the largest go on in a temporary file. Up to half as much again is kept"
            + " for those to come. -1: a quarter of the worker's"
            + " heap divided by tasks.max, since all tasks may run in one worker.",
        GROUP,
        ++order,
        Width.SHORT,
        MEMORY);
    def.define(
        SPOOL_FOLDER,
        Type.STRING,
        null,
        Checks.notBlank(),
        Importance.LOW,
        "Folder of that temporary file, on each worker. Default: the JVM's own (java.io.tmpdir).",
        GROUP,
        ++order,
        Width.MEDIUM,
        SPOOL_FOLDER);
  }

  static BufferOptions from(AbstractConfig config) {
    long memory = config.getLong(MEMORY);
    if (memory != -1 && memory < MIN_MEMORY) {
      throw new ConfigException(
          MEMORY, memory, "must be at least " + MIN_MEMORY + ", or -1 for a share of the heap");
    }
    String folder = config.getString(SPOOL_FOLDER);
    return new BufferOptions(
        memory == -1 ? share(Runtime.getRuntime().maxMemory(), tasks(config)) : memory,
        Path.of(folder == null ? System.getProperty("java.io.tmpdir") : folder.strip()));
  }

  /**
   * Arrays of what is buffered. Half as much as may be used is kept while it is not: with less,
   * what is freed in one size is thrown away while another is made, a third of the time of a task
   * with thousands of partitions.
   */
  ByteArrays arrays() {
    return new ByteArrays(memoryBytes / 2);
  }

  /** A quarter, because the consumer's fetches, the converters and other connectors need theirs. */
  static long share(long heap, int tasks) {
    return Math.max(MIN_SHARE, heap / 4 / tasks);
  }

  private static int tasks(AbstractConfig config) {
    try {
      Object tasks = config.originals().getOrDefault(TASKS, "1");
      return Math.max(1, Integer.parseInt(tasks.toString().strip()));
    } catch (NumberFormatException refusedByTheWorker) {
      return 1;
    }
  }
}
