package io.freshet.lake.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.util.Progressable;
import org.apache.hadoop.util.functional.FutureIO;

/**
 * S3A for Hudi's tables, with a third of a commit's requests. Hudi asks again and again for what it
 * has just been told or has just written itself, and S3A makes sure of folders that S3 does not
 * have; on a store, each of these is some tens of milliseconds in which a change can't be seen.
 *
 * <ul>
 *   <li>A file whose name nobody else can have (log file, marker, a writer's own instant) is
 *       written by one PUT.
 *   <li>Markers are deleted together, when the folder of a write's markers is.
 *   <li>A completed instant never changes, nor does a log file: what this process has read or
 *       written of them it knows. A log file that is not large is read by one request.
 *   <li>Between {@link #hold} and its end a table's properties are read and its instants are listed
 *       once.
 * </ul>
 *
 * <p>Everything else is S3A's. Without {@link #hold}, nothing that may change is remembered.
 *
 * <p>Whether an instant is still under way is always asked of the store. A writer that stood still
 * in the middle of a commit may have been replaced, and its commit rolled back: Hudi asks for the
 * instant before it completes it, and what this process remembers would let it complete a commit
 * whose files are gone.
 */
public final class TableFileSystem extends S3AFileSystem {
  /** Longer files go in parts, which S3A does well. */
  private static final int LONGEST_PUT = 16 << 20;

  private final Clock clock = Clock.systemUTC();
  private final Known known = new Known();

  /** The end of a hold. */
  public interface Hold extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Takes note that until the hold's end only this process writes to a table. Holds may overlap.
   *
   * @param location the table's; on another file system this does nothing
   * @throws IOException if its file system is not there
   */
  public static Hold hold(Path location, Configuration hadoop) throws IOException {
    FileSystem files = location.getFileSystem(hadoop);
    if (!(files instanceof TableFileSystem)) {
      return () -> {};
    }
    TableFileSystem mine = (TableFileSystem) files;
    String table = mine.makeQualified(location).toUri().getPath();
    mine.known.hold(table);
    return () -> mine.known.release(table);
  }

  private TablePath at(Path path) {
    return TablePath.of(makeQualified(path));
  }

  @Override
  public boolean exists(Path path) throws IOException {
    TablePath at = at(path);
    switch (at.kind()) {
      case MARKER:
        return known.hasMarker(at);
      case MARKERS:
        return known.hasMarkers(at) || super.exists(path);
      case COMPLETED:
        Optional<Optional<FileStatus>> instant = known.instant(at, path);
        return instant.isPresent() ? instant.get().isPresent() : super.exists(path);
      case PARTITION:
        boolean there = known.isPartition(at) || super.exists(path);
        if (there) {
          known.partition(at);
        }
        return there;
      case LOG_FILE:
        boolean written = known.logFile(at).isPresent() || super.exists(path);
        if (!written) {
          known.isAbsent(at);
        }
        return written;
      default:
        return super.exists(path);
    }
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    TablePath at = at(path);
    switch (at.kind()) {
      case LOG_FILE:
        Optional<FileStatus> file = known.logFile(at);
        if (file.isPresent()) {
          return file.get();
        }
        FileStatus found = super.getFileStatus(path);
        known.logFile(at, found);
        return found;
      case COMPLETED:
        Optional<Optional<FileStatus>> instant = known.instant(at, path);
        return instant.isPresent()
            ? instant.get().orElseThrow(() -> new FileNotFoundException("No such file: " + path))
            : super.getFileStatus(path);
      default:
        return super.getFileStatus(path);
    }
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    TablePath at = at(path);
    Optional<HeldTable> table =
        at.kind() == TablePath.Kind.TIMELINE ? known.held(at) : Optional.empty();
    return table.isPresent()
        ? table.get().instants(() -> super.listStatus(path))
        : super.listStatus(path);
  }

  @Override
  public FSDataInputStream open(Path path, int buffer) throws IOException {
    TablePath at = at(path);
    Optional<byte[]> content = Optional.empty();
    if (at.kind() == TablePath.Kind.PROPERTIES) {
      Optional<HeldTable> table = known.held(at);
      if (table.isPresent()) {
        content = Optional.of(table.get().properties(() -> read(path, buffer, Integer.MAX_VALUE)));
      }
    } else if (at.kind() == TablePath.Kind.COMPLETED) {
      content = known.completed(at, () -> read(path, buffer, Known.LARGEST_INSTANT + 1));
    } else if (at.kind() == TablePath.Kind.LOG_FILE) {
      FileStatus log = getFileStatus(path);
      if (log.getLen() > Known.LARGEST_LOG) {
        return open(log);
      }
      content = Optional.of(known.log(at, () -> read(log)));
    }
    return content.isPresent()
        ? new FSDataInputStream(new StoredBytes(content.get()))
        : super.open(path, buffer);
  }

  private byte[] read(Path path, int buffer, int most) throws IOException {
    try (InputStream in = super.open(path, buffer)) {
      return in.readNBytes(most);
    }
  }

  private byte[] read(FileStatus file) throws IOException {
    byte[] content = new byte[(int) file.getLen()];
    try (FSDataInputStream in = open(file)) {
      in.readFully(0, content);
    }
    return content;
  }

  /** Opens a file without a look whether it is there. */
  private FSDataInputStream open(FileStatus file) throws IOException {
    return FutureIO.awaitFuture(openFile(file.getPath()).withFileStatus(file).build());
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int buffer,
      short replication,
      long block,
      Progressable progress)
      throws IOException {
    TablePath at = at(path);
    boolean mine = isNobodyElses(at, path, overwrite);
    if (!mine && at.kind() != TablePath.Kind.PROPERTIES) {
      if (at.kind() != TablePath.Kind.OTHER) {
        known.forget(at, path);
      }
      return super.create(path, permission, overwrite, buffer, replication, block, progress);
    }
    OneRequestOutput.Target target =
        new OneRequestOutput.Target() {
          @Override
          public void put(byte[] content) throws IOException {
            if (mine && DirectPut.possible()) {
              DirectPut.put(TableFileSystem.this, makeQualified(path), content);
            } else {
              try (OutputStream out = begin()) {
                out.write(content);
              }
            }
          }

          @Override
          public OutputStream begin() throws IOException {
            return TableFileSystem.super.create(
                path, permission, mine || overwrite, buffer, replication, block, progress);
          }

          @Override
          public void written(long length, byte[] content) {
            known.written(at, status(path, length), content);
          }
        };
    return new FSDataOutputStream(new OneRequestOutput(target, LONGEST_PUT), statistics);
  }

  /** Whether a file can be put without a look whether it is there. */
  private boolean isNobodyElses(TablePath at, Path path, boolean overwrite) throws IOException {
    switch (at.kind()) {
      case MARKER:
        return true;
      case LOG_FILE:
        return known.wasAbsent(at) || overwrite;
      case PENDING, COMPLETED:
        Optional<Optional<FileStatus>> instant = known.instant(at, path);
        if (instant.isPresent() && instant.get().isPresent() && !overwrite) {
          throw new FileAlreadyExistsException(path + " already exists");
        }
        return instant.isPresent();
      default:
        return false;
    }
  }

  private FileStatus status(Path path, long length) {
    return new FileStatus(
        length, false, 1, getDefaultBlockSize(path), clock.millis(), makeQualified(path));
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    TablePath at = at(path);
    if (at.kind() == TablePath.Kind.MARKER || at.kind() == TablePath.Kind.PARTITION_MARKERS) {
      // Hudi deletes the folder of all of a write's markers next, in one request.
      return true;
    }
    try {
      return super.delete(path, recursive);
    } finally {
      known.forget(at, path);
    }
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    try {
      return super.rename(from, to);
    } finally {
      known.forget(at(from), from);
      known.forget(at(to), to);
    }
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) throws IOException {
    return switch (at(path).kind()) {
      case MARKERS, PARTITION_MARKERS -> true;
      default -> super.mkdirs(path, permission);
    };
  }

  /**
   * A table's own folders are not asked for; S3A puts an object for a folder that becomes empty.
   */
  @Override
  protected void maybeCreateFakeParentDirectory(Path path) throws IOException {
    if (!makeQualified(path).toUri().getPath().contains("/.hoodie/")) {
      super.maybeCreateFakeParentDirectory(path);
    }
  }
}
