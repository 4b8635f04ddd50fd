package io.freshet.lake.source;

import io.freshet.lake.LakeException;
import io.freshet.schemas.LandingMetadata;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.mapred.FsInput;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The landing log in any of Hadoop's file systems: a copy on a disk or on HDFS. It lists a folder
 * whole each time; {@link S3LandingStore} is the one for a log that grows.
 */
final class HadoopLandingStore implements PrunableStore {
  private final Path root;
  private final Configuration hadoop;
  private final FileSystem files;

  HadoopLandingStore(Path root, Configuration hadoop) {
    this.root = root;
    this.hadoop = hadoop;
    try {
      this.files = root.getFileSystem(hadoop);
    } catch (IOException unreachable) {
      throw new LakeException(
          "source.root " + root + " can't be reached: " + unreachable, unreachable);
    }
  }

  @Override
  public List<String> folders(String prefix) {
    return Arrays.stream(listed(prefix))
        .filter(FileStatus::isDirectory)
        .map(status -> status.getPath().getName())
        .sorted()
        .toList();
  }

  @Override
  public List<StoredObject> list(String prefix, String startAfter, int limit) {
    return Arrays.stream(listed(prefix))
        .filter(FileStatus::isFile)
        .map(status -> new StoredObject(prefix + status.getPath().getName(), status.getLen()))
        .filter(object -> object.key().compareTo(startAfter) > 0)
        .sorted(Comparator.comparing(StoredObject::key))
        .limit(limit)
        .toList();
  }

  @Override
  public List<AgedObject> aged(String prefix, String startAfter, int limit) {
    return Arrays.stream(listed(prefix))
        .filter(FileStatus::isFile)
        .map(
            status ->
                new AgedObject(
                    prefix + status.getPath().getName(),
                    Instant.ofEpochMilli(status.getModificationTime())))
        .filter(object -> object.key().compareTo(startAfter) > 0)
        .sorted(Comparator.comparing(AgedObject::key))
        .limit(limit)
        .toList();
  }

  @Override
  public void write(String key, byte[] content) {
    try (OutputStream out = files.create(new Path(root, key), true)) {
      out.write(content);
    } catch (IOException unwritable) {
      throw new LakeException(path(key) + " can't be written: " + unwritable, unwritable);
    }
  }

  @Override
  public void delete(List<String> keys) {
    for (String key : keys) {
      try {
        files.delete(new Path(root, key), false);
      } catch (IOException unwritable) {
        throw new LakeException(path(key) + " can't be deleted: " + unwritable, unwritable);
      }
    }
  }

  private FileStatus[] listed(String prefix) {
    try {
      return files.listStatus(prefix.isEmpty() ? root : new Path(root, prefix));
    } catch (FileNotFoundException nothingLandedYet) {
      return new FileStatus[0];
    } catch (IOException unreachable) {
      throw new LakeException(
          "listing " + root + "/" + prefix + " failed: " + unreachable, unreachable);
    }
  }

  /** The same pairs stand in the file's header as S3 keeps as object metadata. */
  @Override
  public LandingMetadata metadata(String key) {
    try (DataFileReader<GenericRecord> reader =
        new DataFileReader<>(
            new FsInput(new Path(path(key)), hadoop), new GenericDatumReader<>())) {
      Map<String, String> pairs = new HashMap<>();
      for (String name : reader.getMetaKeys()) {
        if (!name.equals(DataFileConstants.SCHEMA)) {
          pairs.put(name, reader.getMetaString(name));
        }
      }
      return LandingMetadata.parse(pairs, path(key));
    } catch (IOException unreadable) {
      throw new LakeException(path(key) + " can't be read: " + unreadable, unreadable);
    }
  }

  @Override
  public byte[] read(String key) {
    try (FSDataInputStream in = files.open(new Path(root, key))) {
      return in.readAllBytes();
    } catch (IOException unreadable) {
      throw new LakeException(path(key) + " can't be read: " + unreadable, unreadable);
    }
  }

  @Override
  public String path(String key) {
    return new Path(root, key).toString();
  }

  @Override
  public void close() {
    // Hadoop caches its file systems and shares them with Spark: not ours to close.
  }
}
