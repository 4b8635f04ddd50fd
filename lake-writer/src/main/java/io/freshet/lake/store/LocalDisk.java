package io.freshet.lake.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.NativeCodeLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The local disk without a process for each file. Hadoop sets and learns a file's permissions by
 * its native library, and where that is missing, which is everywhere but on Hadoop's own platforms,
 * by starting {@code chmod} and {@code ls}: twenty processes for each batch of a stream, forty for
 * a small commit to a local table.
 */
public final class LocalDisk extends LocalFileSystem {
  private static final Logger LOG = LoggerFactory.getLogger(LocalDisk.class);

  /** As Hadoop makes its file systems: by the class's name. */
  public LocalDisk() {
    super(new Disk());
  }

  /**
   * What makes a Spark session of one process reach its disk so.
   *
   * @return Spark's settings; empty where Hadoop does as well by itself
   */
  public static Map<String, String> settings() {
    return NativeCodeLoader.isNativeCodeLoaded()
        ? Map.of()
        : Map.of("spark.hadoop.fs.file.impl", LocalDisk.class.getName());
  }

  private static final class Disk extends RawLocalFileSystem {
    @Override
    public void setPermission(Path path, FsPermission permission) throws IOException {
      if (permission.getStickyBit()) {
        super.setPermission(path, permission); // Java has no name for it.
      } else {
        Files.setPosixFilePermissions(
            pathToFile(path).toPath(), PosixFilePermissions.fromString(permission.toString()));
      }
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
      java.nio.file.Path file = pathToFile(path).toPath();
      try {
        return new Status(
            file,
            Files.readAttributes(file, BasicFileAttributes.class),
            getDefaultBlockSize(path),
            path.makeQualified(getUri(), getWorkingDirectory()));
      } catch (NoSuchFileException none) {
        throw notFound(path, none);
      } catch (IOException failed) {
        if (Files.exists(file)) {
          throw failed;
        }
        throw notFound(path, failed); // A path through what is no folder.
      }
    }

    private static FileNotFoundException notFound(Path path, IOException cause) {
      FileNotFoundException none = new FileNotFoundException("File " + path + " does not exist");
      none.initCause(cause);
      return none;
    }
  }

  /** Who may do what with a file is asked where somebody wants to know: hardly ever. */
  private static final class Status extends FileStatus {
    private static final long serialVersionUID = 1L;

    private final transient java.nio.file.Path file;
    private boolean asked;

    Status(java.nio.file.Path file, BasicFileAttributes found, long blockSize, Path path) {
      super(
          found.size(),
          found.isDirectory(),
          1,
          blockSize,
          found.lastModifiedTime().toMillis(),
          found.lastAccessTime().toMillis(),
          null,
          null,
          null,
          path);
      this.file = file;
    }

    @Override
    public FsPermission getPermission() {
      ask();
      return super.getPermission();
    }

    @Override
    public String getOwner() {
      ask();
      return super.getOwner();
    }

    @Override
    public String getGroup() {
      ask();
      return super.getGroup();
    }

    private Object writeReplace() {
      ask();
      return new FileStatus(
          getLen(),
          isDirectory(),
          getReplication(),
          getBlockSize(),
          getModificationTime(),
          getAccessTime(),
          getPermission(),
          getOwner(),
          getGroup(),
          getPath());
    }

    private void ask() {
      if (asked) {
        return;
      }
      asked = true;
      try {
        PosixFileAttributes found = Files.readAttributes(file, PosixFileAttributes.class);
        setPermission(
            FsPermission.valueOf(
                (isDirectory() ? "d" : "-") + PosixFilePermissions.toString(found.permissions())));
        setOwner(found.owner().getName());
        setGroup(found.group().getName());
      } catch (NoSuchFileException gone) {
        // Then nobody may do anything with it, and what was listed says so soon enough.
        LOG.debug("{} is gone", file, gone);
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }
}
