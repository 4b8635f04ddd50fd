package io.freshet.lake.change;

import io.freshet.lake.LakeException;
import io.freshet.lake.source.LandedFile;
import io.freshet.schemas.LandingMetadata;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/** Messages that lie in landed files. */
final class LandedFiles implements ChangeReader {
  /** Up to here files are read on the driver: a job for them costs more than reading them. */
  private static final long FEW_BYTES = 256 << 10;

  /** Up to here it costs more to send rows to other tasks than to do without those. */
  private static final long SMALL_BYTES = 8L << 20;

  private final SparkSession spark;
  private final List<Slice> slices;
  private final List<List<Slice>> groups;
  private final SchemaCache schemas;
  private final boolean onDriver;

  /**
   * @param slices of {@link LandedFile}s
   * @param onDriver whether the driver may read what is little
   */
  LandedFiles(SparkSession spark, List<Slice> slices, SchemaCache schemas, boolean onDriver) {
    this.onDriver = onDriver;
    this.spark = spark;
    this.slices = slices;
    this.schemas = schemas;
    this.groups = groups(slices, spark.sparkContext().defaultParallelism());
  }

  @Override
  public List<TopicSchema> schemas() {
    List<TopicSchema> distinct = new ArrayList<>();
    Set<Long> seen = new HashSet<>();
    for (Slice slice : slices) {
      LandedFile file = (LandedFile) slice.segment();
      if (file.schemaId() == LandingMetadata.NO_SCHEMA_ID || seen.add(file.schemaId())) {
        TopicSchema schema = new TopicSchema(file.topic(), schemaOf(file));
        if (!ChangeSchema.hasTombstonesOnly(schema.schema()) && !distinct.contains(schema)) {
          distinct.add(schema);
        }
      }
    }
    return distinct;
  }

  private Schema schemaOf(LandedFile file) {
    return file.schemaId() == LandingMetadata.NO_SCHEMA_ID
        ? read(file)
        : schemas.landed(file.schemaId(), () -> read(file));
  }

  private Schema read(LandedFile file) {
    try (LandedReader reader =
        LandedReader.open(file.path(), spark.sparkContext().hadoopConfiguration())) {
      return reader.schema();
    } catch (IOException unreadable) {
      throw new LakeException(file.path() + " can't be read: " + unreadable, unreadable);
    }
  }

  @Override
  public JavaRDD<InternalRow> rows(Target target) {
    return read(
        (slices, hadoop) ->
            new FilesIterator(slices, target, BadRecords.passing(target.quarantined()), hadoop));
  }

  @Override
  public Optional<List<InternalRow>> fewRows(Target target) {
    if (!onDriver
        || slices.stream().mapToLong(slice -> slice.segment().bytes()).sum() > FEW_BYTES) {
      return Optional.empty();
    }
    FilesIterator files =
        new FilesIterator(
            slices,
            target,
            BadRecords.passing(target.quarantined()),
            spark.sparkContext().hadoopConfiguration());
    List<InternalRow> rows = new ArrayList<>();
    try {
      // A decoder makes its rows of a record that the next one takes the place of.
      files.forEachRemaining(row -> rows.add(row.copy()));
    } finally {
      files.close();
    }
    return Optional.of(rows);
  }

  @Override
  public JavaRDD<BadRecord> bad(Target target, int most) {
    return read(
        (slices, hadoop) -> {
          BadRecords noted = BadRecords.noting(target.quarantined(), most);
          new FilesIterator(slices, target, noted, hadoop).forEachRemaining(row -> {});
          return noted.found().iterator();
        });
  }

  /** Reads the files of one task. */
  private interface Reading<T> extends Serializable {
    Iterator<T> of(List<Slice> slices, Configuration hadoop);
  }

  private <T> JavaRDD<T> read(Reading<T> reading) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> hadoop =
        context.broadcast(
            new SerializableConfiguration(spark.sparkContext().hadoopConfiguration()));
    List<Integer> indexes = IntStream.range(0, groups.size()).boxed().toList();
    List<List<Slice>> read = groups;
    // The files travel with the closure: Java serializes that, and Kryo can't serialize records.
    return context
        .parallelize(indexes, indexes.size())
        .flatMap(index -> reading.of(read.get(index), hadoop.value().value()));
  }

  @Override
  public boolean isSmall() {
    return groups.size() == 1
        && slices.stream().mapToLong(slice -> slice.segment().bytes()).sum() <= SMALL_BYTES;
  }

  @Override
  public void close() {
    // Each task closes the file that it reads.
  }

  /**
   * Spreads files over a few tasks by size, so that small files don't each cost a task. Each task's
   * share ends with the file whose end is nearest to it.
   */
  static List<List<Slice>> groups(List<Slice> files, int parallelism) {
    long total = files.stream().mapToLong(slice -> slice.segment().bytes()).sum();
    long share = Math.max(1 << 20, Math.min(64L << 20, total / Math.max(1, parallelism) + 1));
    List<List<Slice>> groups = new ArrayList<>();
    List<Slice> group = new ArrayList<>();
    long bytes = 0;
    for (Slice slice : files) {
      if (!group.isEmpty() && bytes + slice.segment().bytes() / 2 > share) {
        groups.add(group);
        group = new ArrayList<>();
        bytes = 0;
      }
      group.add(slice);
      bytes += slice.segment().bytes();
    }
    if (!group.isEmpty()) {
      groups.add(group);
    }
    return groups;
  }

  /** Rows of several files after one another, with one file open at a time. */
  private static final class FilesIterator implements Iterator<InternalRow> {
    private final Iterator<Slice> slices;
    private final Target target;
    private final BadRecords bad;
    private final Configuration hadoop;
    private Slice slice;
    private LandedReader reader;
    private RowDecoder decoder;
    private GenericRecord reused;
    private InternalRow ahead;

    FilesIterator(List<Slice> slices, Target target, BadRecords bad, Configuration hadoop) {
      this.slices = slices.iterator();
      this.target = target;
      this.bad = bad;
      this.hadoop = hadoop;
      TaskContext task = TaskContext.get();
      if (task != null) {
        task.addTaskCompletionListener((TaskCompletionListener) done -> close());
      }
    }

    @Override
    public boolean hasNext() {
      while (ahead == null) {
        if (reader != null && reader.hasNext()) {
          read();
        } else {
          close();
          if (!slices.hasNext() || bad.isEnough()) {
            return false;
          }
          openNext(slices.next());
        }
      }
      return true;
    }

    private void openNext(Slice next) {
      slice = next;
      LandedFile file = (LandedFile) slice.segment();
      try {
        reader = LandedReader.open(file.path(), hadoop);
        reused = null;
        if (ChangeSchema.hasTombstonesOnly(reader.schema())) {
          close();
          return;
        }
        decoder = target.decoder(reader.schema(), file.topic(), file.partition());
      } catch (IOException unreadable) {
        throw new LakeException(file.path() + " can't be read: " + unreadable, unreadable);
      }
    }

    private void read() {
      try {
        reused = reader.next(reused);
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
      long offset = decoder.offset(reused);
      if (offset < slice.from() || offset >= slice.until() || ChangeSchema.isTombstone(reused)) {
        return;
      }
      if (decoder.isTruncate(reused)) {
        throw new TruncateFoundException(
            slice.segment().topic(), slice.segment().partition(), offset);
      }
      ahead = bad.row(decoder, reused, slice.segment().partition());
    }

    @Override
    public InternalRow next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      InternalRow row = ahead;
      ahead = null;
      return row;
    }

    private void close() {
      if (reader != null) {
        try {
          reader.close();
        } catch (IOException failed) {
          throw new UncheckedIOException(failed);
        }
        reader = null;
      }
    }
  }
}
