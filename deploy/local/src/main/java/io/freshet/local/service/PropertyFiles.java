package io.freshet.local.service;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/** Small files that only their owner can read and that are replaced as a whole. */
final class PropertyFiles {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private PropertyFiles() {}

  /** The file's properties; none if it doesn't exist. */
  static Properties read(Path file) throws IOException {
    Properties properties = new Properties();
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (NoSuchFileException none) {
      return properties;
    } catch (IllegalArgumentException malformed) {
      throw new StackException(
          file + " is damaged (" + malformed.getMessage() + "); restore or remove it", malformed);
    }
    return properties;
  }

  static void write(Path file, Properties properties) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String key : new TreeSet<>(properties.stringPropertyNames())) {
      text.append(key)
          .append('=')
          .append(properties.getProperty(key).replace("\\", "\\\\"))
          .append('\n');
    }
    write(file, text.toString());
  }

  /** Writes a file that only its owner can read, so that a reader sees the old or the new one. */
  static void write(Path file, String text) throws IOException {
    Path draft =
        Files.createTempFile(file.getParent(), file.getFileName().toString(), "", OWNER_ONLY);
    try {
      Files.write(draft, text.getBytes(StandardCharsets.UTF_8));
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }
}
