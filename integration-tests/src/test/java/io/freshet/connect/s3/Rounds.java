package io.freshet.connect.s3;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Workloads measured in turn, again and again, each time in a JVM of its own: what else the machine
 * does meets all of them, and a ratio is one of medians over the rounds.
 */
final class Rounds {
  private static final int ROUNDS = Integer.getInteger("freshet.benchmark.rounds", 5);
  private static final int SECONDS = Integer.getInteger("freshet.benchmark.seconds", 4);

  /**
   * A workload.
   *
   * @param name how it is called in what is printed
   * @param method of {@link LandingLoops}
   * @param parameters of it
   * @param warmupSeconds until it runs as it does in the long run
   * @param jvm options of its JVM
   */
  record Loop(
      String name,
      String method,
      Map<String, String> parameters,
      int warmupSeconds,
      List<String> jvm) {}

  private final Map<Loop, List<Double>> nanos = new LinkedHashMap<>();

  /** Runs all rounds. */
  Rounds(String registry, List<Loop> loops) throws RunnerException {
    loops.forEach(loop -> nanos.put(loop, new ArrayList<>()));
    for (int round = 0; round < ROUNDS; round++) {
      for (Loop loop : loops) {
        nanos.get(loop).add(run(registry, loop));
      }
    }
  }

  private static double run(String registry, Loop loop) throws RunnerException {
    List<String> jvm = new ArrayList<>(loop.jvm());
    jvm.add("-D" + Messages.REGISTRY + "=" + registry);
    // The folder of the build: elsewhere a temporary folder may be in memory.
    jvm.add("-Djava.io.tmpdir=" + System.getProperty("user.dir") + "/target");
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(LandingLoops.class.getName() + "\\." + loop.method() + "$")
            .forks(1)
            .warmupIterations(loop.warmupSeconds())
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(SECONDS)
            .measurementTime(TimeValue.seconds(1))
            .addProfiler(CpuTimeProfiler.class)
            .jvmArgs(jvm.toArray(String[]::new))
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    loop.parameters().forEach(options::param);
    RunResult result = new Runner(options.build()).runSingle();
    return result.getSecondaryResults().get(CpuTimeProfiler.LABEL).getScore();
  }

  /** Median of the CPU time of one record, in nanoseconds. */
  double nanos(Loop loop) {
    double[] sorted = nanos.get(loop).stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** A line for each workload. */
  String table() {
    StringBuilder table = new StringBuilder();
    nanos.forEach(
        (loop, each) ->
            table.append(
                "%-34s %,9.0f ns CPU per record, %,11.0f records/s per core   rounds: %s%n"
                    .formatted(
                        loop.name(),
                        nanos(loop),
                        1e9 / nanos(loop),
                        Arrays.toString(each.stream().mapToLong(Math::round).toArray()))));
    return table.toString();
  }
}
