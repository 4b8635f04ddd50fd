package io.freshet.local.demo;

import io.freshet.connectors.ConnectorsCommand;
import io.freshet.local.service.LakeSql;
import io.freshet.local.service.Stack;
import io.freshet.local.service.StackException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The main job on a small museum collection: from PostgreSQL's commits to queries of the lake,
 * checked at the end.
 */
public final class Demo {
  private static final int STEPS = 8;
  private static final long SEED = 1929;
  private static final int ARTISTS = 300;
  private static final int ARTWORKS = 900;

  /** Which artworks one statement changes at once. */
  private static final String REPRICED = "medium = 'Etching' and price is not null";

  private final Stack stack;
  private final Path repository;
  private final PrintWriter out;
  private final Clock clock;
  private final Museum museum = Museum.generate(SEED, ARTISTS, ARTWORKS);
  private final Children children = new Children();
  private final Narrator narrator;

  /**
   * @param stack whose data directory is the demo's own: it is wiped
   * @param repository the checkout's root, with the connector configs and the lake's
   * @param out where the demo tells what it does
   */
  public Demo(Stack stack, Path repository, PrintWriter out, Clock clock) {
    this.stack = stack;
    this.repository = repository;
    this.out = out;
    this.clock = clock;
    this.narrator = new Narrator(out, clock, STEPS);
  }

  /**
   * Runs it. The stack stays up.
   *
   * @throws StackException if a part fails, or a check does
   */
  public void run() throws InterruptedException {
    Path config = file("deploy/local/lake.yaml");
    List<Path> connectors =
        List.of(
            file("connector-configs/moma-postgres-source.json"),
            file("connector-configs/moma-s3-sink.json"));
    narrator.say("data in %s", stack.data().root());
    DemoDirectory directory = DemoDirectory.claim(stack);
    children.endWithThisJvm();
    try {
      startStack();
      LakeSql sql = children.add(LakeSql.start(stack, log("demo-sql.log")));
      try (MuseumDatabase database = MuseumDatabase.connect(stack)) {
        fill(database);
        deploy(connectors);
        follow(database, new MuseumLake(sql), config);
      }
    } finally {
      children.close();
      directory.close();
    }
    narrator.end("All checks passed");
  }

  /** Whether this JVM was told to end, so that a failure is no news. */
  public boolean isInterrupted() {
    return children.isInterrupted();
  }

  private Path file(String name) {
    Path file = repository.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new StackException(
          file + " is missing; start the demo from a checkout, with deploy/local/freshet demo");
    }
    return file;
  }

  /** As a user in the checkout would type it. */
  private String shown(Path file) {
    return repository.relativize(file).toString();
  }

  private Path log(String name) {
    return stack.data().root().resolve("logs").resolve(name);
  }

  private void startStack() {
    narrator.step("Start the stack");
    stack.up(narrator);
  }

  private void fill(MuseumDatabase database) {
    narrator.step("Fill PostgreSQL with a generated museum");
    database.fill(museum);
    narrator.say(
        "artists: %d rows, artworks: %d rows", museum.artists().size(), museum.artworks().size());
  }

  private void deploy(List<Path> files) {
    narrator.step("Deploy the connectors");
    List<String> arguments = new ArrayList<>(List.of("apply"));
    files.forEach(file -> arguments.add(file.toString()));
    narrator.say(
        "freshet connectors apply %s",
        files.stream().map(this::shown).collect(Collectors.joining(" ")));
    String url = stack.endpoints().get("connect").get("url").toString();
    arguments.addAll(List.of("--connect", url, "--timeout", "120s"));
    StringWriter said = new StringWriter();
    int status =
        ConnectorsCommand.commandLine()
            .setOut(new PrintWriter(said))
            .setErr(new PrintWriter(said))
            .execute(arguments.toArray(String[]::new));
    if (status != ConnectorsCommand.OK) {
      throw new StackException(
          "the connectors were not deployed:%n%s%nConnect's log is %s"
              .formatted(said.toString().strip(), log("connect.log")));
    }
    narrator.say("%s", said.toString().strip());
  }

  private void follow(MuseumDatabase database, MuseumLake lake, Path config)
      throws InterruptedException {
    narrator.step("Start the lake job, and wait until the lake has every row");
    narrator.say("freshet ingest --config %s", shown(config));
    String registry = stack.endpoints().get("registry").get("url").toString();
    new RegistrySubjects(registry, clock)
        .await(Set.of("moma.public.artists-key", "moma.public.artworks-key"));
    Instant began = clock.instant();
    IngestProcess ingest = children.add(IngestProcess.start(stack, config, log("demo-ingest.log")));
    Patience patience = new Patience(ingest, clock);
    lake.interpretQueries();
    Map<LakeTable, Map<String, String>> loaded =
        patience.await("all rows are in the lake", () -> loaded(lake));
    loaded.forEach((table, row) -> narrator.say("%s: %s rows", table.view(), row.get("n")));
    narrator.say(
        "%.1f s after the job was started",
        Narrator.seconds(Duration.between(began, clock.instant())));

    Story story = change(database, lake, patience, loaded);

    narrator.step("Query the lake");
    Answers answers =
        new DemoQueries(
                lake, narrator, "s3a://" + stack.environment().get("FRESHET_S3_BUCKET") + "/topics")
            .run(story);

    narrator.step("Check the lake against PostgreSQL");
    check(database, lake, story, answers);

    narrator.step("Stop the lake job");
    ingest.stop();
    narrator.say("SIGTERM, exit code 0");
  }

  private Optional<Map<LakeTable, Map<String, String>>> loaded(MuseumLake lake) {
    Map<LakeTable, Map<String, String>> summaries = lake.summaries();
    for (LakeTable table : LakeTable.values()) {
      int rows =
          table.source() == SourceTable.ARTISTS
              ? museum.artists().size()
              : museum.artworks().size();
      if (!summaries.containsKey(table) || Integer.parseInt(summaries.get(table).get("n")) < rows) {
        return Optional.empty();
      }
    }
    return Optional.of(summaries);
  }

  private Story change(
      MuseumDatabase database,
      MuseumLake lake,
      Patience patience,
      Map<LakeTable, Map<String, String>> loaded)
      throws InterruptedException {
    Artist artist = Change.hero(museum);
    narrator.step(
        "Change artist %d, %s, time and again, and wait for the lake each time"
            .formatted(artist.id(), artist.name()));
    Map<LakeTable, String> instants = new EnumMap<>(LakeTable.class);
    loaded.forEach((table, row) -> instants.put(table, row.get("instant")));
    String artworksLoaded = instants.remove(LakeTable.MOR_ARTWORKS);
    List<State> states = new ArrayList<>();
    states.add(State.of(database, "r", artist.id()).with(instants));
    int repriced = database.change("update artworks set price = price * 1.1 where " + REPRICED);
    states.addAll(new ArtistLife(database, lake, patience, narrator, clock).live(artist));
    String repricing =
        patience.await("the new prices are in the lake", () -> repriced(lake, repriced));
    narrator.say("%d artworks repriced by one statement: seen too", repriced);
    return new Story(
        artist.id(),
        states,
        artworksLoaded,
        repricing,
        database.rows(SourceTable.ARTWORKS, REPRICED));
  }

  private static Optional<String> repriced(MuseumLake lake, int expected) {
    Map<String, String> updated = lake.updated(LakeTable.MOR_ARTWORKS);
    return Integer.parseInt(updated.get("n")) < expected
        ? Optional.empty()
        : Optional.of(updated.get("instant"));
  }

  private void check(MuseumDatabase database, MuseumLake lake, Story story, Answers answers) {
    DemoChecks checks = new DemoChecks(narrator);
    checks.landed(museum, story, answers);
    List<Map<String, String>> rows = new ArrayList<>();
    rows.addAll(lake.rows(List.of(LakeTable.COW_ARTISTS, LakeTable.MOR_ARTISTS)));
    rows.addAll(lake.rows(List.of(LakeTable.MOR_ARTWORKS)));
    checks.newest(
        rows,
        Map.of(
            SourceTable.ARTISTS,
            database.rows(SourceTable.ARTISTS, "true"),
            SourceTable.ARTWORKS,
            database.rows(SourceTable.ARTWORKS, "true")));
    checks.timeTravel(story, answers);
    checks.changes(story, answers);
  }
}
