package io.freshet.local.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsTest {
  private final Set<Integer> taken = new HashSet<>();
  private final List<String> moves = new ArrayList<>();

  @TempDir private Path directory;

  private Ports load() throws IOException {
    return Ports.load(
        directory.resolve("ports.properties"), port -> !taken.contains(port), new Random(1));
  }

  @Test
  void takesTheUsualPortsWhenFree() throws IOException {
    Ports ports = load();
    ports.settle(Set.of(), moves::add);
    assertThat(ports.get(PortName.POSTGRES)).isEqualTo(5432);
    assertThat(ports.get(PortName.KAFKA_CONTROLLER)).isEqualTo(9093);
    assertThat(moves).isEmpty();
  }

  @Test
  void movesOffATakenPortAndKeepsTheNewOne() throws IOException {
    taken.add(5432);
    Ports ports = load();
    ports.settle(Set.of(), moves::add);
    int chosen = ports.get(PortName.POSTGRES);
    assertThat(chosen).isBetween(20_000, 31_999);
    assertThat(moves).containsExactly("postgres: port 5432 is in use, taking " + chosen);

    taken.clear();
    Ports again = load();
    again.settle(Set.of(), moves::add);
    assertThat(again.get(PortName.POSTGRES)).isEqualTo(chosen);
    assertThat(moves).hasSize(1);
  }

  @Test
  void leavesARunningPartItsPort() throws IOException {
    load().settle(Set.of(), moves::add);
    taken.add(9092);
    taken.add(9000);
    Ports ports = load();
    ports.settle(Set.of(Part.KAFKA), moves::add);
    assertThat(ports.get(PortName.KAFKA)).isEqualTo(9092);
    assertThat(ports.get(PortName.S3)).isNotEqualTo(9000);
  }

  @Test
  void neverGivesOnePortTwice() throws IOException {
    for (PortName name : PortName.values()) {
      taken.add(name.preferred());
    }
    Ports ports = load();
    ports.settle(Set.of(), moves::add);
    Set<Integer> chosen = new HashSet<>();
    for (PortName name : PortName.values()) {
      chosen.add(ports.get(name));
    }
    assertThat(chosen).hasSize(PortName.values().length);
  }

  @Test
  void saysSoWhenNoPortCanBeBound() throws IOException {
    Ports ports = Ports.load(directory.resolve("none"), port -> false, new Random(1));
    assertThatThrownBy(() -> ports.settle(Set.of(), moves::add))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("postgres: port 5432 can't be bound on 127.0.0.1");
  }

  @Test
  void namesADamagedEntry() throws IOException {
    Files.writeString(directory.resolve("ports.properties"), "kafka=many\n");
    assertThatThrownBy(this::load)
        .isInstanceOf(StackException.class)
        .hasMessageContaining("kafka=many is not a port");
  }

  @Test
  void seesThatARealPortIsTaken() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Path file = directory.resolve("real");
      Files.writeString(file, "s3=" + other.getLocalPort() + "\n");
      Ports ports = Ports.load(file);
      ports.settle(Set.of(), moves::add);
      assertThat(ports.get(PortName.S3)).isNotEqualTo(other.getLocalPort());
    }
  }
}
