package io.freshet.local.service;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * PostgreSQL's programs, unpacked from the class path.
 *
 * @param root holds {@code bin}, {@code lib} and {@code share}
 */
record PostgresBinaries(Path root) {
  private static final String ARCHIVE = "/postgres-linux-x86_64.txz";

  /** Unpacks them unless that was done before. */
  static PostgresBinaries unpack(Path home) throws IOException {
    URL archive = PostgresBinaries.class.getResource(ARCHIVE);
    if (archive == null) {
      throw new StackException("no PostgreSQL for " + System.getProperty("os.arch") + " here");
    }
    long checksum = ((JarURLConnection) archive.openConnection()).getJarEntry().getCrc();
    Path root = home.resolve("postgresql-%08x".formatted(checksum));
    if (!Files.isDirectory(root)) {
      Path draft = home.resolve("unpacking");
      FileTree.delete(draft);
      try (InputStream in = archive.openStream()) {
        unpack(in, draft);
      }
      Files.move(draft, root, StandardCopyOption.ATOMIC_MOVE);
    }
    return new PostgresBinaries(root);
  }

  private static void unpack(InputStream archive, Path into) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path file = into.resolve(entry.getName()).normalize();
        if (!file.startsWith(into)) {
          throw new IOException(entry.getName() + " leaves the archive's folder");
        }
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.createDirectories(file.getParent());
          unpackFile(tar, entry, file);
        }
      }
    }
  }

  private static void unpackFile(TarArchiveInputStream tar, TarArchiveEntry entry, Path file)
      throws IOException {
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, file);
    boolean executable = (entry.getMode() & 0100) != 0;
    if (executable && !file.toFile().setExecutable(true)) {
      throw new IOException(file + " can't be made executable");
    }
  }

  /**
   * How to run one of the programs. They refuse to run as root: in a user namespace of its own,
   * root is nobody in particular to them, and still owns the files.
   */
  List<String> command(String program) {
    List<String> command = new ArrayList<>();
    if (Proc.userId() == 0) {
      command.addAll(List.of("unshare", "--user"));
    }
    command.add(root.resolve("bin").resolve(program).toString());
    return command;
  }
}
