package io.freshet.local.demo;

import io.freshet.local.service.FileTree;
import io.freshet.local.service.Progress;
import io.freshet.local.service.Stack;
import io.freshet.local.service.StackException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The demo's own data directory. A file in it says that it is one: nothing else is ever wiped. The
 * file is locked while a demo runs.
 */
final class DemoDirectory implements AutoCloseable {
  static final String MARKER = "freshet-demo";

  private final FileChannel marker;

  private DemoDirectory(FileChannel marker) {
    this.marker = marker;
  }

  /**
   * Makes the stack's data directory an empty one of the demo's: stops what an earlier demo left
   * running, and deletes what it left.
   *
   * @throws StackException if something else is in it, or another demo runs in it
   */
  static DemoDirectory claim(Stack stack) {
    Path root = stack.data().root();
    try {
      requireOwn(root);
      Files.createDirectories(
          root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      DemoDirectory claimed = new DemoDirectory(lock(root));
      try {
        stack.down(Progress.SILENT);
        claimed.wipe(root);
        return claimed;
      } catch (IOException | RuntimeException e) {
        claimed.close();
        throw e;
      }
    } catch (IOException e) {
      throw new StackException(
          "the demo's data directory %s can't be prepared: %s; name another with --data"
              .formatted(root, e),
          e);
    }
  }

  private static void requireOwn(Path root) throws IOException {
    if (!Files.exists(root) || Files.exists(root.resolve(MARKER))) {
      return;
    }
    if (!Files.isDirectory(root)) {
      throw new StackException(root + " is a file; name a directory of the demo's own with --data");
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
      if (entries.iterator().hasNext()) {
        throw new StackException(
            "%s is not empty and not a demo's (it has no file %s), and the demo begins by wiping its data directory; name another with --data"
                .formatted(root, MARKER));
      }
    }
  }

  private static FileChannel lock(Path root) throws IOException {
    FileChannel channel =
        FileChannel.open(root.resolve(MARKER), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException ownProcess) {
      lock = null;
    }
    if (lock == null) {
      channel.close();
      throw new StackException(
          "another demo runs in %s; wait for its end, or name another directory with --data"
              .formatted(root));
    }
    return channel;
  }

  private void wipe(Path root) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
      for (Path entry : entries) {
        if (!entry.endsWith(MARKER)) {
          FileTree.delete(entry);
        }
      }
    }
  }

  /** Lets others claim it. */
  @Override
  public void close() {
    try {
      marker.close();
    } catch (IOException e) {
      throw new StackException("the demo's lock can't be released: " + e, e);
    }
  }
}
