package io.freshet.lake.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.NativeCodeLoader;

/**
 * The local disk without a process for each file. Hadoop sets and learns a file's permissions by
 * its native library, and where that is missing, which is everywhere but on Hadoop's own platforms,
 * by starting {@code chmod} and {@code ls}: twenty processes for each batch of a stream, forty for
 * a small commit to a local table.
 */
public final class LocalDisk extends LocalFileSystem {
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
      FileStatus found = super.getFileStatus(path);
      PosixFileAttributes more =
          Files.readAttributes(pathToFile(path).toPath(), PosixFileAttributes.class);
      return new FileStatus(
          found.getLen(),
          found.isDirectory(),
          found.getReplication(),
          found.getBlockSize(),
          found.getModificationTime(),
          found.getAccessTime(),
          FsPermission.valueOf(
              (found.isDirectory() ? "d" : "-")
                  + PosixFilePermissions.toString(more.permissions())),
          more.owner().getName(),
          more.group().getName(),
          found.getPath());
    }
  }
}
