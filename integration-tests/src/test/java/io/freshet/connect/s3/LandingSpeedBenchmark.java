package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  /**
   * The bars. Longer messages have more columns, not longer texts: a text is copied as it is by
   * every path, and of 2 kB that are one text there is little to gain.
   */
  @ParameterizedTest
  @CsvSource({"200, 1", "2000, 10"})
  void passThroughAgainstDecodingAndAgainstTheLimit(int bytes, int sets) throws Exception {
    Ratios ratios = ratios(bytes, sets);
    SoftAssertions bars = new SoftAssertions();
    bars.assertThat(ratios.decodedOverPlain()).as("decoding / plain").isLessThanOrEqualTo(1.25);
    bars.assertThat(ratios.gain()).as("decoding / pass-through").isGreaterThanOrEqualTo(6);
    bars.assertThat(ratios.overLimit()).as("pass-through / limit").isLessThanOrEqualTo(2);
    bars.assertAll();
  }

  /** Where most of the message is one text. */
  @Test
  void oneLongText() throws Exception {
    Ratios ratios = ratios(2000, 1);
    assertThat(ratios.decodedOverPlain()).as("decoding / plain").isLessThanOrEqualTo(1.25);
    assertThat(ratios.overLimit()).as("pass-through / limit").isLessThanOrEqualTo(2);
  }

  /**
   * What was measured.
   *
   * @param gain pass-through's speed, decoding's being 1
   * @param overLimit pass-through's time, that of blocks into a file being 1
   * @param decodedOverPlain decoding's time, that of converter and DataFileWriter being 1
   */
  private record Ratios(double gain, double overLimit, double decodedOverPlain) {}

  private Ratios ratios(int bytes, int sets) throws Exception {
    Map<String, String> columns = Map.of("sets", Integer.toString(sets));
    Rounds.Loop passThrough = loop("pass-through", "passThrough", bytes, columns);
    Rounds.Loop decoded = loop("decoded", "decoded", bytes, columns);
    Rounds.Loop plain = loop("converter and DataFileWriter", "plain", bytes, columns);
    Rounds.Loop blocks = loop("blocks into a file", "blocks", bytes, columns);
    Rounds rounds = new Rounds(registry.url(), List.of(passThrough, decoded, plain, blocks));
    Ratios ratios =
        new Ratios(
            rounds.nanos(decoded) / rounds.nanos(passThrough),
            rounds.nanos(passThrough) / rounds.nanos(blocks),
            rounds.nanos(decoded) / rounds.nanos(plain));
    System.out.printf(
        "%s%d bytes, %d columns: pass-through is %.1f x as fast as decoding (bar 6), takes %.2f x"
            + " the time of blocks into a file (bar 2);%n  decoding takes %.2f x the time of"
            + " converter and DataFileWriter (bar 1.25)%n",
        rounds.table(),
        bytes,
        6 * sets + 7,
        ratios.gain(),
        ratios.overLimit(),
        ratios.decodedOverPlain());
    return ratios;
  }

  /** The sink's own work: landed bytes are read and dropped, and the limit's blocks are cold. */
  @ParameterizedTest
  @ValueSource(ints = {200, 2000})
  void withoutTheFileAndWithColdBlocks(int bytes) throws Exception {
    Map<String, String> nowhere = Map.of("toFile", "false");
    Map<String, String> cold = Map.of("different", "320");
    Rounds.Loop passThrough = loop("pass-through, dropped", "passThrough", bytes, nowhere);
    Rounds.Loop decoded = loop("decoded, dropped", "decoded", bytes, nowhere);
    Rounds.Loop toFile = loop("pass-through into a file", "passThrough", bytes, Map.of());
    Rounds.Loop polled = loop("polls, and cold blocks", "polledBlocks", bytes, cold);
    Rounds rounds = new Rounds(registry.url(), List.of(passThrough, decoded, toFile, polled));
    double gain = rounds.nanos(decoded) / rounds.nanos(passThrough);
    double overLimit = rounds.nanos(toFile) / rounds.nanos(polled);
    System.out.printf(
        "%s%d bytes: dropped, pass-through is %.1f x as fast as decoding; into a file it takes"
            + " %.2f x the time of polls and cold blocks%n",
        rounds.table(), bytes, gain, overLimit);
    assertThat(gain).isGreaterThan(1);
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
