package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How fast records are landed, as ratios of what was measured side by side. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LandingSpeedBenchmark {
  private static final List<String> JVM = List.of("-Xms1g", "-Xmx1g", "-XX:+UseG1GC");
  private static final int WARMUP_SECONDS = 8;

  private BenchmarkRegistry registry;

  @BeforeAll
  void start() throws Exception {
    registry = new BenchmarkRegistry();
  }

  @AfterAll
  void stop() {
    registry.close();
  }

  private static Rounds.Loop loop(String name, String method, int bytes, Map<String, String> more) {
    Map<String, String> parameters = new java.util.HashMap<>(more);
    parameters.put("bytes", Integer.toString(bytes));
    return new Rounds.Loop(name + ", " + bytes + " bytes", method, parameters, WARMUP_SECONDS, JVM);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 2000})
  void passThroughAgainstDecoding(int bytes) throws Exception {
    Map<String, String> nowhere = Map.of("toFile", "false");
    Rounds.Loop passThrough = loop("pass-through", "passThrough", bytes, nowhere);
    Rounds.Loop decoded = loop("decoded", "decoded", bytes, nowhere);
    Rounds rounds = new Rounds(registry.url(), List.of(passThrough, decoded));
    double gain = rounds.nanos(decoded) / rounds.nanos(passThrough);
    System.out.printf(
        "%slanded bytes read and dropped, %d bytes: pass-through is %.1f x as fast as decoding"
            + " (bar 6)%n",
        rounds.table(), bytes, gain);
    assertThat(gain).isGreaterThanOrEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 2000})
  void bothAgainstPlainLoops(int bytes) throws Exception {
    Rounds.Loop passThrough = loop("pass-through", "passThrough", bytes, Map.of());
    Rounds.Loop blocks = loop("blocks into a file", "blocks", bytes, Map.of());
    Rounds.Loop polled = loop("polls, and blocks into a file", "polledBlocks", bytes, Map.of());
    Rounds.Loop decoded = loop("decoded", "decoded", bytes, Map.of());
    Rounds.Loop plain = loop("converter and DataFileWriter", "plain", bytes, Map.of());
    Rounds rounds =
        new Rounds(registry.url(), List.of(passThrough, blocks, polled, decoded, plain));
    // Records are made by the worker, for whatever sink: what the sink can't save is both.
    double overLimit = rounds.nanos(passThrough) / rounds.nanos(polled);
    double overBlocks = rounds.nanos(passThrough) / rounds.nanos(blocks);
    double overPlain = rounds.nanos(decoded) / rounds.nanos(plain);
    System.out.printf(
        "%slanded into a file, %d bytes: pass-through takes %.2f x the time of polls and blocks"
            + " into a file (bar 2), %.2f x that of the blocks alone,%n  decoding %.2f x the time of converter and DataFileWriter (bar 1.25)%n",
        rounds.table(), bytes, overLimit, overBlocks, overPlain);
    assertThat(overPlain).as("decoding").isLessThanOrEqualTo(1.25);
    assertThat(overLimit).as("pass-through").isLessThanOrEqualTo(2);
  }

  @Test
  void manyPartitionsInASmallHeap() throws Exception {
    List<String> jvm = List.of("-Xms512m", "-Xmx512m", "-XX:+UseG1GC");
    Rounds.Loop few =
        new Rounds.Loop(
            "10 partitions", "passThrough", Map.of("bytes", "200", "partitions", "10"), 15, jvm);
    Rounds.Loop many =
        new Rounds.Loop(
            "2,000 partitions",
            "passThrough",
            Map.of("bytes", "200", "partitions", "2000"),
            15,
            jvm);
    Rounds rounds = new Rounds(registry.url(), List.of(few, many));
    double speed = rounds.nanos(few) / rounds.nanos(many);
    System.out.printf(
        "%s2,000 open partitions in a heap of 512 MB land at %.2f x the speed of 10 (bar 0.7)%n",
        rounds.table(), speed);
    assertThat(speed).isGreaterThanOrEqualTo(0.7);
  }
}
