package io.freshet.lake.copy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.lake.LakeException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The folder of a table of Parquet files: {@code _versions/<version>/} with the files of each
 * version, and {@code _current}, which says which of them is read. That file is replaced at once,
 * so a reader that asks it finds one whole version. Who reads the folder itself finds nothing,
 * since Spark and Hive pass over names that begin with an underscore.
 */
final class ParquetVersions {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CURRENT = "_current";
  private static final String VERSIONS = "_versions";

  /** What the files of the current version were before rows are appended to it. */
  private static final String APPENDING = "_appending";

  /** What is put before it takes its place. */
  private static final String DRAFT = ".new";

  private static final Set<String> OWN =
      Set.of(CURRENT, CURRENT + DRAFT, VERSIONS, APPENDING, APPENDING + DRAFT);

  /** Stores whose PUT replaces an object at once, and that have no cheap renaming. */
  private static final Set<String> OBJECT_STORES = Set.of("s3", "s3a", "s3n", "gs");

  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmssSSS").withZone(ZoneOffset.UTC);

  private final String table;
  private final Path root;
  private final Configuration hadoop;

  /**
   * @param table its name, for errors' texts
   */
  ParquetVersions(String table, String location, Configuration hadoop) {
    this.table = table;
    this.root = new Path(location);
    this.hadoop = hadoop;
  }

  private interface Work<T> {
    T with(FileSystem files) throws IOException;
  }

  private <T> T work(Work<T> work) {
    try {
      return work.with(root.getFileSystem(hadoop));
    } catch (IOException unreachable) {
      throw new LakeException(
          "%s at %s can't be reached: %s".formatted(table, root, unreachable.getMessage()),
          unreachable);
    }
  }

  /** What is read now; empty for a table without a version. */
  Optional<ParquetVersion> current() {
    return read(CURRENT, new TypeReference<>() {});
  }

  private <T> Optional<T> read(String name, TypeReference<T> type) {
    return work(
        files -> {
          try (InputStream in = files.open(new Path(root, name))) {
            return Optional.of(JSON.readValue(in, type));
          } catch (FileNotFoundException none) {
            return Optional.empty();
          } catch (JsonProcessingException damaged) {
            throw new LakeException(
                "%s of %s is damaged; restore it, or delete the table's folder %s"
                    .formatted(name, table, root),
                damaged);
          }
        });
  }

  /**
   * @throws LakeException if the folder holds what is no version of a table
   */
  void requireOwn() {
    boolean own =
        work(
            files -> {
              if (!files.exists(root)) {
                return true;
              }
              for (FileStatus entry : files.listStatus(root)) {
                if (!OWN.contains(entry.getPath().getName())) {
                  return false;
                }
              }
              return true;
            });
    if (!own) {
      throw new LakeException(
          "%s lies at %s, which holds files of something else; choose another name, or take them away"
              .formatted(table, root));
    }
  }

  /** A version's name: when it was begun. */
  static String named(Instant now) {
    return NAME.format(now);
  }

  /** A version's folder, from the table's. */
  static String path(String version) {
    return VERSIONS + "/" + version;
  }

  /** A version's folder. */
  Path folder(String path) {
    return new Path(root, path);
  }

  /** Makes a version the one that is read, at once. */
  void point(ParquetVersion version) {
    put(CURRENT, version);
  }

  /** Leaves no version to read. */
  void pointNowhere() {
    work(files -> files.delete(new Path(root, CURRENT), false));
  }

  private void put(String name, Object content) {
    work(
        files -> {
          byte[] bytes = JSON.writeValueAsBytes(content);
          Path target = new Path(root, name);
          String scheme = files.getUri().getScheme();
          if (OBJECT_STORES.contains(scheme)) {
            write(files, target, bytes);
            return null;
          }
          Path whole = new Path(root, name + DRAFT);
          if (scheme.equals("file")) {
            // Hadoop's local file system renames a file and its checksum one after the other.
            java.nio.file.Path draft = java.nio.file.Path.of(whole.toUri().getPath());
            Files.createDirectories(draft.getParent());
            Files.write(draft, bytes);
            Files.move(
                draft,
                java.nio.file.Path.of(target.toUri().getPath()),
                StandardCopyOption.ATOMIC_MOVE);
            return null;
          }
          write(files, whole, bytes);
          FileContext.getFileContext(files.getUri(), hadoop)
              .rename(whole, target, Rename.OVERWRITE);
          return null;
        });
  }

  private static void write(FileSystem files, Path file, byte[] bytes) throws IOException {
    try (OutputStream out = files.create(file, true)) {
      out.write(bytes);
    }
  }

  /** The files of a version. */
  Set<String> files(String path) {
    return work(
        files -> {
          Set<String> names = new TreeSet<>();
          RemoteIterator<LocatedFileStatus> all = files.listFiles(folder(path), true);
          while (all.hasNext()) {
            names.add(all.next().getPath().toString());
          }
          return names;
        });
  }

  /** Notes which files the current version has, so that those that come can be told from them. */
  void beginAppending(Set<String> before) {
    put(APPENDING, before);
  }

  void endAppending() {
    work(files -> files.delete(new Path(root, APPENDING), false));
  }

  /**
   * Takes away what runs have left that did not end: files that were being appended, and versions
   * that are not read; and versions that nobody may read any more.
   */
  void clean() {
    Optional<ParquetVersion> current = current();
    Optional<Set<String>> before = read(APPENDING, new TypeReference<>() {});
    if (before.isPresent() && current.isPresent()) {
      Path folder = folder(current.get().path());
      for (String name : files(current.get().path())) {
        if (!before.get().contains(name)) {
          work(files -> files.delete(new Path(name), false));
        }
      }
      work(files -> files.delete(new Path(folder, "_temporary"), true));
    }
    before.ifPresent(stale -> endAppending());
    Set<String> known = new HashSet<>();
    current.ifPresent(
        version -> {
          known.add(version.version());
          version.former().forEach(former -> known.add(former.version()));
        });
    work(
        files -> {
          Path versions = new Path(root, VERSIONS);
          if (files.exists(versions)) {
            for (FileStatus version : files.listStatus(versions)) {
              if (!known.contains(version.getPath().getName())) {
                files.delete(version.getPath(), true);
              }
            }
          }
          if (current.isEmpty() && files.exists(root)) {
            files.delete(root, true); // Nothing else is in it.
          }
          return null;
        });
  }
}
