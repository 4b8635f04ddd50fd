package io.freshet.local.service;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where the stack keeps everything: {@code <part>/} for a part's data, {@code logs/}, {@code run/}
 * for the running processes, and the chosen ports and generated secrets.
 *
 * @param root absolute path
 */
public record DataDirectory(Path root) {
  private static final long LEAST_FREE_BYTES = 1L << 30;

  /** Makes the path absolute. */
  public DataDirectory {
    root = root.toAbsolutePath().normalize();
  }

  /**
   * Creates what is missing and checks that the stack can work here.
   *
   * @throws StackException if the directory can't be written or its disk is nearly full
   */
  void prepare() {
    prepare(LEAST_FREE_BYTES);
  }

  void prepare(long leastFreeBytes) {
    try {
      Files.createDirectories(
          root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Files.createDirectories(root.resolve("logs"));
      Files.createDirectories(root.resolve("run"));
      Files.createDirectories(scratch());
      Files.delete(Files.createTempFile(root, "writable", ""));
    } catch (FileAlreadyExistsException e) {
      throw new StackException(
          "data directory " + root + " is a file; name a directory with --data", e);
    } catch (IOException e) {
      throw new StackException(
          "data directory %s can't be written (%s); make it writable or name another with --data"
              .formatted(root, Failures.reason(e)),
          e);
    }
    checkSpace(leastFreeBytes);
  }

  private void checkSpace(long least) {
    try {
      long free = Files.getFileStore(root).getUsableSpace();
      if (free < least) {
        throw new StackException(
            "disk of %s is nearly full: %d MB free, %d MB needed; free some or move with --data"
                .formatted(root, free >> 20, least >> 20));
      }
    } catch (IOException e) {
      throw new StackException(
          "free space of %s can't be read (%s)".formatted(root, Failures.reason(e)), e);
    }
  }

  /** A part's own folder. */
  Path of(Part part) {
    return root.resolve(part.label());
  }

  Path logFile(Part part) {
    return root.resolve("logs").resolve(part.label() + ".log");
  }

  Path processFile(Part part) {
    return root.resolve("run").resolve(part.label() + ".properties");
  }

  Path jobFile(long pid) {
    return root.resolve("run").resolve("lake-" + pid + ".properties");
  }

  /**
   * Where Spark keeps what it can't hold in memory; a killed job leaves it behind, and the next
   * {@code down} removes it.
   */
  Path scratch() {
    return root.resolve("scratch");
  }

  Path portsFile() {
    return root.resolve("ports.properties");
  }

  /** The generated credentials, mode 0600. */
  public Path secretsFile() {
    return root.resolve("secrets.properties");
  }

  Path lockFile() {
    return root.resolve("lock");
  }
}
