package io.freshet.lake.source;

import io.freshet.lake.LakeException;
import io.freshet.schemas.LandingKey;
import io.freshet.schemas.LandingMetadata;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.mapred.FsInput;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Files that Confluent's S3 sink has written. Their names say where they start, and nothing where
 * they end, so each is read once for the number of its records. A transaction's marker or a
 * compacted record leaves a gap behind a file that can't be told from a missing file; what can be
 * told is that two files overlap.
 */
public final class ConfluentFiles {
  private static final Pattern NAME =
      Pattern.compile("(?:.*/)?[^/+]+\\+\\d+\\+(?<start>\\d{10})\\.avro");

  private static final String EXTENSION = ".avro";

  private final LandingStore store;
  private final String topicsDir;
  private final Configuration hadoop;

  ConfluentFiles(LandingStore store, String topicsDir, Configuration hadoop) {
    this.store = store;
    this.topicsDir = topicsDir;
    this.hadoop = hadoop;
  }

  /**
   * The Kafka offset of a file's first record.
   *
   * @param path a file's key or path
   * @return empty if it has no name of such a file
   */
  public static OptionalLong start(String path) {
    Matcher matcher = NAME.matcher(path);
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group("start")))
        : OptionalLong.empty();
  }

  /**
   * The files of one partition from a position on, in order. Each is said to begin where the one
   * before it ends, whatever gap there is.
   *
   * @param from where a file ended; empty for wherever the first begins
   * @param limit how many files at most
   * @throws LakeException if two files overlap
   */
  List<LandedFile> files(String topic, int partition, OptionalLong from, int limit) {
    String prefix = LandingKey.prefix(topicsDir, topic, partition);
    String startAfter =
        from.isPresent()
            ? prefix + "%s+%d+%010d".formatted(topic, partition, from.getAsLong())
            : prefix;
    List<LandedFile> files = new ArrayList<>();
    OptionalLong expected = from;
    for (LandingStore.StoredObject object : store.list(prefix, startAfter, limit)) {
      if (!object.key().endsWith(EXTENSION)) {
        continue;
      }
      long start = requireStart(object.key());
      if (expected.isPresent() && start < expected.getAsLong()) {
        throw new LakeException(
            "%s starts at offset %d, but the records before it reach up to %d: two sinks have written to this folder, or a file was replaced; drop the tables of topic %s, leave one sink's files, and read them anew"
                .formatted(store.path(object.key()), start, expected.getAsLong() - 1, topic));
      }
      long records = records(store.path(object.key()));
      long next = start + records;
      files.add(
          new LandedFile(
              topic,
              partition,
              expected.orElse(start),
              next,
              records,
              LandingMetadata.NO_SCHEMA_ID,
              store.path(object.key()),
              object.bytes()));
      expected = OptionalLong.of(next);
    }
    return files;
  }

  /** Where the last file that begins before a position begins; empty if none does. */
  OptionalLong lastStepBefore(String topic, int partition, long position) {
    String prefix = LandingKey.prefix(topicsDir, topic, partition);
    return store.list(prefix, prefix, Integer.MAX_VALUE).stream()
        .map(LandingStore.StoredObject::key)
        .filter(key -> key.endsWith(EXTENSION))
        .mapToLong(this::requireStart)
        .filter(start -> start < position)
        .max();
  }

  private long requireStart(String key) {
    return start(key)
        .orElseThrow(
            () ->
                new LakeException(
                    "%s is not named <topic>+<partition>+<offset, 10 digits>.avro, as source.layout: confluent expects; move it out of the landing log, or, if Freshet's sink wrote it, set source.layout: freshet"
                        .formatted(store.path(key))));
  }

  /** Walks over a file's blocks, which say how many records they hold. */
  private long records(String path) {
    long records = 0;
    try (DataFileReader<GenericRecord> reader =
        new DataFileReader<>(new FsInput(new Path(path), hadoop), new GenericDatumReader<>())) {
      while (reader.hasNext()) {
        records += reader.getBlockCount();
        reader.nextBlock();
      }
    } catch (IOException unreadable) {
      throw new LakeException(path + " can't be read: " + unreadable, unreadable);
    }
    return records;
  }
}
