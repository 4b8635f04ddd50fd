package io.freshet.local.service;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Lets one launcher at a time change what runs in a data directory; ends with its process. */
final class StackLock {
  private StackLock() {}

  /**
   * Runs something while nobody else can.
   *
   * @throws StackException if another launcher holds the lock, naming its process
   */
  static <T> T holding(Path file, Action<T> action) throws IOException, InterruptedException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      if (lock(channel) == null) {
        throw new StackException(
            "another up or down (process %s) is at work in %s; wait for it to end"
                .formatted(Files.readString(file), file.getParent()));
      }
      channel.truncate(0);
      String pid = Long.toString(ProcessHandle.current().pid());
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)));
      return action.run();
    }
  }

  private static FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException thisProcessHasIt) {
      return null;
    }
  }

  @FunctionalInterface
  interface Action<T> {
    T run() throws IOException, InterruptedException;
  }
}
