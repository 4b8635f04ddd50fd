package io.freshet.local.service;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The built folder with everything that runs: {@code lib/services}, {@code lib/spark}, {@code
 * plugins}, {@code registry}. The two class paths never meet in one JVM.
 *
 * @param root absolute path
 */
public record Distribution(Path root) {

  /** Checks that it is one. */
  public Distribution {
    root = root.toAbsolutePath().normalize();
    if (!Files.isRegularFile(servicesJar(root))) {
      throw new StackException(
          root + " has no lib/services/freshet-local.jar; build it with mvn package");
    }
  }

  /**
   * The distribution that this class was started from, or the one that the system property {@code
   * freshet.dist} names.
   */
  public static Distribution locate() {
    String named = System.getProperty("freshet.dist");
    if (named != null) {
      return new Distribution(Path.of(named));
    }
    try {
      Path jar =
          Path.of(Distribution.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return new Distribution(jar.getParent().getParent().getParent());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The services' class path: a jar whose manifest names all others in their order. */
  Path servicesClassPath() {
    return servicesJar(root);
  }

  /** Spark's class path: a jar whose manifest names all others in their order. */
  public Path sparkClassPath() {
    return root.resolve("lib/spark/freshet-spark-runtime.jar");
  }

  Path plugins() {
    return root.resolve("plugins");
  }

  Path registry() {
    return root.resolve("registry");
  }

  private static Path servicesJar(Path root) {
    return root.resolve("lib/services/freshet-local.jar");
  }
}
