package io.freshet.lake.change;

import io.freshet.lake.LakeException;
import io.freshet.lake.source.LandedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.mapred.FsInput;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/** Reads landed files as rows of a table. */
public final class LandedChanges {
  private final SparkSession spark;
  private final Map<Long, Schema> schemas = new HashMap<>();

  public LandedChanges(SparkSession spark) {
    this.spark = spark;
  }

  /**
   * The schema that a table needs to hold its present rows and the files'.
   *
   * @param table for the error's text
   * @param current the table's schema; empty for a new table
   * @param files at least one
   * @param keys key columns
   * @throws LakeException if the files' schemas don't fit together with the table's
   */
  public StructType schema(
      String table, StructType current, List<LandedFile> files, List<String> keys) {
    StructType merged = current;
    Map<Long, Boolean> seen = new HashMap<>();
    for (LandedFile file : files) {
      if (file.schemaId() < 0 || seen.put(file.schemaId(), true) == null) {
        Schema landed = schemaOf(file);
        if (ChangeSchema.hasTombstonesOnly(landed)) {
          continue;
        }
        ChangeSchema incoming = new ChangeSchema(landed, file.topic());
        for (String key : keys) {
          if (!incoming.sourceColumns().containsKey(key)) {
            throw new LakeException(
                "messages of topic %s lack the key column %s; they have %s"
                    .formatted(file.topic(), key, incoming.sourceColumns().keySet()));
          }
        }
        merged = SchemaMerge.merge(table, merged, incoming.tableSchema(keys));
      }
    }
    return merged;
  }

  private synchronized Schema schemaOf(LandedFile file) {
    Schema known = schemas.get(file.schemaId());
    if (known != null && file.schemaId() >= 0) {
      return known;
    }
    try (DataFileReader<GenericRecord> reader =
        open(file, spark.sparkContext().hadoopConfiguration())) {
      schemas.put(file.schemaId(), reader.getSchema());
      return reader.getSchema();
    } catch (IOException unreadable) {
      throw new LakeException(file.path() + " can't be read: " + unreadable, unreadable);
    }
  }

  /**
   * The files' changes as rows of the given schema, one row for each message but tombstones.
   *
   * @param schema what {@link #schema} returned for these files
   * @param keys key columns, which a delete keeps
   */
  public Dataset<Row> rows(List<LandedFile> files, StructType schema, List<String> keys) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> hadoop =
        context.broadcast(
            new SerializableConfiguration(spark.sparkContext().hadoopConfiguration()));
    List<List<LandedFile>> groups = groups(files, spark.sparkContext().defaultParallelism());
    List<Integer> indexes = IntStream.range(0, groups.size()).boxed().toList();
    // The files travel with the closure: Java serializes that, and Kryo can't serialize records.
    JavaRDD<InternalRow> rows =
        context
            .parallelize(indexes, indexes.size())
            .flatMap(
                index ->
                    new FilesIterator(groups.get(index), schema, keys, hadoop.value().value()));
    return spark.internalCreateDataFrame(rows.rdd(), schema, false);
  }

  /** Spreads files over a few tasks by size, so that small files don't each cost a task. */
  static List<List<LandedFile>> groups(List<LandedFile> files, int parallelism) {
    long total = files.stream().mapToLong(LandedFile::bytes).sum();
    long share = Math.max(1 << 20, Math.min(64L << 20, total / Math.max(1, parallelism) + 1));
    List<List<LandedFile>> groups = new ArrayList<>();
    List<LandedFile> group = new ArrayList<>();
    long bytes = 0;
    for (LandedFile file : files) {
      group.add(file);
      bytes += file.bytes();
      if (bytes >= share) {
        groups.add(group);
        group = new ArrayList<>();
        bytes = 0;
      }
    }
    if (!group.isEmpty()) {
      groups.add(group);
    }
    return groups;
  }

  private static DataFileReader<GenericRecord> open(LandedFile file, Configuration hadoop)
      throws IOException {
    return new DataFileReader<>(
        new FsInput(new Path(file.path()), hadoop), new GenericDatumReader<>());
  }

  /** Rows of several files after one another, with one file open at a time. */
  private static final class FilesIterator implements Iterator<InternalRow> {
    private final Iterator<LandedFile> files;
    private final StructType schema;
    private final List<String> keys;
    private final Configuration hadoop;
    private DataFileReader<GenericRecord> reader;
    private RowDecoder decoder;
    private GenericRecord reused;
    private boolean ready;

    FilesIterator(
        List<LandedFile> files, StructType schema, List<String> keys, Configuration hadoop) {
      this.files = files.iterator();
      this.schema = schema;
      this.keys = keys;
      this.hadoop = hadoop;
      TaskContext task = TaskContext.get();
      if (task != null) {
        task.addTaskCompletionListener((TaskCompletionListener) done -> close());
      }
    }

    @Override
    public boolean hasNext() {
      while (!ready) {
        if (reader != null && reader.hasNext()) {
          read();
          ready = !ChangeSchema.isTombstone(reused);
        } else {
          close();
          if (!files.hasNext()) {
            return false;
          }
          openNext(files.next());
        }
      }
      return true;
    }

    private void read() {
      try {
        reused = reader.next(reused);
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    }

    private void openNext(LandedFile file) {
      try {
        reader = open(file, hadoop);
        reused = null;
        Schema landed = reader.getSchema();
        if (ChangeSchema.hasTombstonesOnly(landed)) {
          close();
          return;
        }
        decoder = new RowDecoder(landed, file.topic(), schema, keys, file.partition());
      } catch (IOException unreadable) {
        throw new LakeException(file.path() + " can't be read: " + unreadable, unreadable);
      }
    }

    @Override
    public InternalRow next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      ready = false;
      return decoder.row(reused);
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
