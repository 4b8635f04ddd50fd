package io.freshet.local.service;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/**
 * Which port each part listens on. A port is kept over restarts; a part whose port is in use by
 * something else moves to a free one, and the new one is remembered.
 */
final class Ports {
  /**
   * Free ports are sought below the range that Linux takes for outgoing connections, or a client
   * could take one between the choice and the server's start.
   */
  private static final int LOWEST = 20_000;

  private static final int HIGHEST = 32_000;
  private static final int ATTEMPTS = 1_000;

  private final Path file;
  private final IntPredicate free;
  private final RandomGenerator random;
  private final Map<PortName, Integer> ports = new EnumMap<>(PortName.class);

  private Ports(Path file, IntPredicate free, RandomGenerator random) {
    this.file = file;
    this.free = free;
    this.random = random;
  }

  /** Reads the remembered ports; a missing file means that none is chosen yet. */
  static Ports load(Path file) throws IOException {
    return load(file, Ports::isFree, RandomGenerator.getDefault());
  }

  static Ports load(Path file, IntPredicate free, RandomGenerator random) throws IOException {
    Ports loaded = new Ports(file, free, random);
    Properties stored = PropertyFiles.read(file);
    for (PortName name : PortName.values()) {
      String value = stored.getProperty(name.label());
      if (value != null) {
        try {
          loaded.ports.put(name, Integer.valueOf(value));
        } catch (NumberFormatException e) {
          throw new StackException(
              "%s: %s=%s is not a port; remove the line and a port will be chosen"
                  .formatted(file, name.label(), value),
              e);
        }
      }
    }
    return loaded;
  }

  /**
   * Makes sure that every part that isn't running has a port that can be bound.
   *
   * @param running parts that hold their ports themselves, which therefore stay
   * @param moved told, in words, of every port that isn't the one expected
   */
  void settle(Set<Part> running, Consumer<String> moved) throws IOException {
    for (PortName name : PortName.values()) {
      Integer known = ports.get(name);
      if (known != null && running.contains(name.part())) {
        continue;
      }
      int wanted = known == null ? name.preferred() : known;
      if (available(wanted)) {
        ports.put(name, wanted);
        continue;
      }
      int found = find(name);
      ports.put(name, found);
      moved.accept("%s: port %d is in use, taking %d".formatted(name.label(), wanted, found));
    }
    save();
  }

  private boolean available(int port) {
    return free.test(port);
  }

  private int find(PortName name) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int candidate = random.nextInt(LOWEST, HIGHEST);
      if (!ports.containsValue(candidate) && available(candidate)) {
        return candidate;
      }
    }
    throw new StackException(
        "%s: port %d can't be bound on 127.0.0.1, nor any of %d tried between %d and %d; free one"
            .formatted(name.label(), name.preferred(), ATTEMPTS, LOWEST, HIGHEST));
  }

  /**
   * The port of that name.
   *
   * @throws StackException if the stack was never started
   */
  int get(PortName name) {
    Integer port = ports.get(name);
    return port == null ? name.preferred() : port;
  }

  private void save() throws IOException {
    Properties stored = new Properties();
    ports.forEach((name, port) -> stored.setProperty(name.label(), port.toString()));
    PropertyFiles.write(file, stored);
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException inUse) {
      return false;
    }
  }
}
