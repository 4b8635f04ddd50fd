package io.freshet.lake.table;

import io.freshet.lake.LakeException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** Files of a file system that creates a file for one of several callers alone, as HDFS does. */
final class FileLeaseStore implements LeaseStore {
  private final Path root;
  private final FileSystem files;

  FileLeaseStore(Path root, Configuration hadoop) {
    this.root = root;
    try {
      FileSystem found = root.getFileSystem(hadoop);
      // Checksums in files of their own would not fit while another process writes.
      this.files = found instanceof LocalFileSystem local ? local.getRawFileSystem() : found;
    } catch (IOException unreachable) {
      throw failed("reaching", "", unreachable);
    }
  }

  @Override
  public boolean create(String key, String content) {
    Path path = new Path(root, key);
    try {
      return isLocal() ? link(path, content) : createAlone(path, content);
    } catch (IOException unwritable) {
      throw failed("writing", key, unwritable);
    }
  }

  private boolean isLocal() {
    return "file".equals(files.getUri().getScheme());
  }

  private boolean createAlone(Path path, String content) throws IOException {
    try (OutputStream out = files.create(path, false)) {
      out.write(content.getBytes(StandardCharsets.UTF_8));
      return true;
    } catch (org.apache.hadoop.fs.FileAlreadyExistsException taken) {
      return false;
    }
  }

  /** Hadoop's local file system looks first and creates then, which two callers may both do. */
  private static boolean link(Path path, String content) throws IOException {
    java.nio.file.Path target = java.nio.file.Path.of(path.toUri().getPath());
    Files.createDirectories(target.getParent());
    java.nio.file.Path whole = target.resolveSibling("." + UUID.randomUUID());
    Files.writeString(whole, content);
    try {
      Files.createLink(target, whole);
      return true;
    } catch (FileAlreadyExistsException taken) {
      return false;
    } finally {
      Files.delete(whole);
    }
  }

  @Override
  public void put(String key, String content) {
    try (OutputStream out = files.create(new Path(root, key), true)) {
      out.write(content.getBytes(StandardCharsets.UTF_8));
    } catch (IOException unwritable) {
      throw failed("writing", key, unwritable);
    }
  }

  @Override
  public Optional<String> read(String key) {
    try (var in = files.open(new Path(root, key))) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (FileNotFoundException absent) {
      return Optional.empty();
    } catch (IOException unreadable) {
      throw failed("reading", key, unreadable);
    }
  }

  @Override
  public List<String> list(String folder) {
    try {
      return Arrays.stream(files.listStatus(new Path(root, folder)))
          .filter(FileStatus::isFile)
          .map(status -> status.getPath().getName())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    } catch (FileNotFoundException nothingYet) {
      return List.of();
    } catch (IOException unreadable) {
      throw failed("listing", folder, unreadable);
    }
  }

  @Override
  public void delete(String key) {
    try {
      files.delete(new Path(root, key), false);
    } catch (IOException unwritable) {
      throw failed("deleting", key, unwritable);
    }
  }

  private LakeException failed(String doing, String key, IOException failure) {
    return new LakeException(
        "%s %s/%s failed: %s; the lake job needs to list, read, write and delete there"
            .formatted(doing, root, key, failure.getMessage()),
        failure);
  }

  @Override
  public void close() {
    // Hadoop caches its file systems and shares them with Spark: not ours to close.
  }
}
