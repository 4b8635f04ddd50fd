package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.local.service.Distribution;
import io.freshet.local.service.Part;
import io.freshet.local.service.Progress;
import io.freshet.local.service.SparkProcess;
import io.freshet.local.service.Stack;
import io.freshet.schemas.LandingKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * What a commit takes when the table is young, and when it has many behind it, on S3 and with table
 * services beside: how long, how many requests, how many sockets.
 */
class CommitAgeBenchmark {
  private static final int COMMITS = Integer.getInteger("freshet.age.commits", 1_000);
  private static final int YOUNG = 10;
  private static final int WINDOW = 50;
  private static final int ROWS = 100;
  private static final int KEYS = 10_000;
  private static final double BAR = 1.3;
  private static final String TOPIC = "museum.public.artists";
  private static final Pattern COMMITTED =
      Pattern.compile("commit table=\\S+ segments=1 .* ms=(\\d+) ");

  @TempDir Path folder;
  private Stack stack;
  private S3Client s3;
  private StoreRelay relay;
  private Process ingest;
  private final LandedArtists changes = new LandedArtists();

  /**
   * @param millis how long it took
   * @param warehouse requests for the table since the commit before it
   * @param landed requests for landed files, without the lists that look for them
   * @param lists of the landing log
   * @param sockets open when it was done
   */
  private record Commit(long millis, long warehouse, long landed, long lists, int sockets) {}

  @BeforeEach
  void start() throws Exception {
    stack = new Stack(folder.resolve("stack"), Distribution.locate());
    stack.stopAfter(ProcessHandle.current());
    stack.up(Set.of(Part.REGISTRY, Part.S3), Progress.SILENT);
    Map<String, String> environment = stack.environment();
    LandedArtists.registerKey(environment.get("FRESHET_REGISTRY_URL"), TOPIC);
    relay = new StoreRelay(environment);
    s3 = PipelineStore.client(environment);
  }

  @AfterEach
  void stop() throws Exception {
    if (ingest != null) {
      ingest.destroyForcibly().waitFor();
    }
    relay.close();
    s3.close();
    stack.down(Progress.SILENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"merge-on-read", "copy-on-write"})
  void aCommitCostsNoMoreBehindManyOthers(String type) throws Exception {
    Path config = folder.resolve("lake.yaml");
    Files.writeString(
        config,
        """
        lake:
          warehouse: s3a://${env:FRESHET_S3_BUCKET}/warehouse
        registry: ${env:FRESHET_REGISTRY_URL}
        source:
          kind: landing
          root: s3a://${env:FRESHET_S3_BUCKET}/topics
          poll-interval-ms: 50
        services:
          interval-seconds: 10
        tables:
          - {topic: %s, database: museum, table: artists, type: %s}
        """
            .formatted(TOPIC, type));
    Path log = Path.of("target", "commit-age-" + type + ".log").toAbsolutePath();
    LogLines lines = new LogLines(log);
    Files.deleteIfExists(log);
    ingest =
        SparkProcess.prepare(
                Distribution.locate(),
                relay.environment(),
                List.of("ingest", "--config", config.toString()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(ingest::destroyForcibly));
    List<Commit> commits = new ArrayList<>();
    long warehouse = 0;
    long landed = 0;
    long lists = 0;
    for (int number = 0; number < COMMITS; number++) {
      land(number);
      long millis = awaitCommit(lines);
      long warehouseNow = relay.requests("warehouse");
      long listsNow = relay.requests("LIST topics");
      long landedNow = relay.requests("topics") - listsNow;
      commits.add(
          new Commit(
              millis,
              warehouseNow - warehouse,
              landedNow - landed,
              listsNow - lists,
              relay.sockets()));
      warehouse = warehouseNow;
      landed = landedNow;
      lists = listsNow;
      if ((number + 1 - YOUNG) % WINDOW == 0 && number > YOUNG) {
        print(type, number + 1 - WINDOW, commits.subList(number + 1 - WINDOW, number + 1));
      }
    }
    System.out.println("requests in all: " + relay.requests());
    List<Commit> young = commits.subList(YOUNG, YOUNG + WINDOW);
    List<Commit> old = commits.subList(COMMITS - WINDOW, COMMITS);
    print(type, COMMITS - WINDOW, old);
    double slower = (double) median(old, Commit::millis) / median(young, Commit::millis);
    System.out.printf("%s: %.2f x (bar %.1f)%n", type, slower, BAR);
    assertThat(median(old, Commit::landed)).isEqualTo(median(young, Commit::landed));
    assertThat(median(old, Commit::warehouse))
        .as("requests for the table")
        .isLessThanOrEqualTo(median(young, Commit::warehouse) + 2);
    assertThat(most(old, Commit::sockets))
        .as("sockets")
        .isLessThanOrEqualTo(most(young, Commit::sockets) + 5);
    assertThat(slower).as("times as long as when it was young").isLessThanOrEqualTo(BAR);
  }

  private static void print(String type, int begin, List<Commit> window) {
    System.out.printf(
        "%s, commits %d to %d of %d rows: median %d ms; requests: %d for the table, %d for landed files, %d lists; sockets at most %d%n",
        type,
        begin,
        begin + WINDOW,
        ROWS,
        median(window, Commit::millis),
        median(window, Commit::warehouse),
        median(window, Commit::landed),
        median(window, Commit::lists),
        most(window, Commit::sockets));
  }

  private long awaitCommit(LogLines lines) {
    List<Long> millis = new ArrayList<>();
    Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(20))
        .failFast("ingest has ended", () -> !ingest.isAlive())
        .until(
            () -> {
              for (String line : lines.more()) {
                Matcher committed = COMMITTED.matcher(line);
                if (committed.find()) {
                  millis.add(Long.parseLong(committed.group(1)));
                }
              }
              return !millis.isEmpty();
            });
    return millis.get(0);
  }

  private void land(int number) throws IOException {
    for (int i = 0; i < ROWS; i++) {
      changes.upsert((number * 37 + i * 101) % KEYS, "Name " + number);
    }
    LandedArtists.LandedFile file = changes.next();
    s3.putObject(
        r ->
            r.bucket(stack.environment().get("FRESHET_S3_BUCKET"))
                .key(new LandingKey("topics", TOPIC, 0, file.position(), "avro").key())
                .ifNoneMatch("*")
                .metadata(file.metadata().toMap()),
        RequestBody.fromBytes(file.content()));
  }

  private static long median(List<Commit> commits, ToLongFunction<Commit> of) {
    return commits.stream()
        .mapToLong(of)
        .sorted()
        .skip(commits.size() / 2)
        .findFirst()
        .orElseThrow();
  }

  private static long most(List<Commit> commits, ToLongFunction<Commit> of) {
    return commits.stream().mapToLong(of).max().orElseThrow();
  }
}
