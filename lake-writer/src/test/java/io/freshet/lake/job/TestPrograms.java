package io.freshet.lake.job;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Enumeration;
import java.util.Optional;
import java.util.function.Function;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** Servers that come as programs in a jar, and end with this JVM, however that ends. */
final class TestPrograms {
  static final Path TARGET = Path.of("target").toAbsolutePath();

  private TestPrograms() {}

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /**
   * Unpacks a jar's programs, once for all runs.
   *
   * @param inside something in the jar
   * @param name of their folder
   * @param place where an entry comes to lie in it; empty for nowhere
   */
  static Path unpacked(URL inside, String name, Function<String, Optional<String>> place)
      throws IOException {
    Path root = TARGET.resolve(name);
    if (Files.isDirectory(root)) {
      return root;
    }
    Path draft = Files.createTempDirectory(TARGET, name + "-unpacking-");
    String file = inside.getPath().substring(0, inside.getPath().indexOf('!'));
    try (JarFile jar = new JarFile(Path.of(URI.create(file)).toFile())) {
      for (Enumeration<JarEntry> all = jar.entries(); all.hasMoreElements(); ) {
        JarEntry entry = all.nextElement();
        Optional<String> target = place.apply(entry.getName()).filter(at -> !entry.isDirectory());
        if (target.isPresent()) {
          unpack(jar, entry, draft.resolve(target.get()).normalize());
        }
      }
    }
    return Files.move(draft, root, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void unpack(JarFile jar, JarEntry entry, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    try (InputStream in = jar.getInputStream(entry)) {
      Files.copy(in, file);
    }
    String folder = file.getParent().getFileName().toString();
    if ((folder.equals("bin") || folder.equals("scripts")) && !file.toFile().setExecutable(true)) {
      throw new IOException(file + " can't be made executable");
    }
  }

  /**
   * A shell command that runs a server until this JVM's end of its input is gone.
   *
   * @param command the server's
   * @param files are deleted in the end
   */
  static String whileAsked(String command, Path files) {
    return command
        + " </dev/null & server=$!; cat >/dev/null; kill -KILL $server; wait $server; rm -rf "
        + files;
  }
}
