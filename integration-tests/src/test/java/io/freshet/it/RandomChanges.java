package io.freshet.it;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Writers whose transactions meet on the same few keys: inserts, updates, deletes, changed keys,
 * moves between partitions, values stored out of line that are touched and that are not, keys that
 * are deleted by one transaction and inserted by one that commits after it.
 */
final class RandomChanges implements AutoCloseable {
  private static final int WRITERS = 3;
  private static final int KEYS = 400;

  /** States in which PostgreSQL gives a transaction up that met another's. */
  private static final String CONFLICT = "40";

  private static final String UNIQUE_VIOLATION = "23505";

  private final Pipeline pipeline;
  private final String schema;
  private final long seed;
  private final int perSecond;
  private final ReadWriteLock running = new ReentrantReadWriteLock(true);
  private final ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
  private final List<Future<?>> work = new ArrayList<>();
  private final AtomicLong statements = new AtomicLong();
  private volatile boolean stopping;

  /**
   * @param schema where the tables are made
   * @param perSecond statements of all writers together, about
   */
  RandomChanges(Pipeline pipeline, String schema, long seed, int perSecond) {
    this.pipeline = pipeline;
    this.schema = schema;
    this.seed = seed;
    this.perSecond = perSecond;
  }

  /** Makes the tables, with some rows. */
  void create() {
    pipeline.execute(
        "create schema " + schema,
        """
        create table %s.items (id int primary key, grp text, title text not null, body text,
          scan bytea, doc jsonb, tags text[], qty int, price numeric(8,2), weight real,
          at timestamptz, day date, flag boolean)"""
            .formatted(schema),
        "alter table %s.items alter column body set storage external".formatted(schema),
        "alter table %s.items alter column scan set storage external".formatted(schema),
        "alter table %s.items alter column doc set storage external".formatted(schema),
        "alter table %s.items alter column tags set storage external".formatted(schema),
        "create table %s.notes (name text primary key, n bigint, body text)".formatted(schema),
        "alter table %s.notes alter column body set storage external".formatted(schema));
    try (Connection connection = pipeline.database()) {
      Random random = new Random(seed);
      for (int i = 0; i < KEYS / 2; i++) {
        insert(connection, random, i);
      }
      note(connection, random);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  void start() {
    for (int i = 0; i < WRITERS; i++) {
      Random random = new Random(seed * 31 + i);
      work.add(writers.submit(() -> write(random)));
    }
  }

  /** Statements that were committed or rolled back so far. */
  long statements() {
    return statements.get();
  }

  /** Does something while no transaction is under way, and none begins. */
  void whileQuiet(Quiet action) throws Exception {
    running.writeLock().lock();
    try {
      action.run();
    } finally {
      running.writeLock().unlock();
    }
  }

  /** What is done while nothing changes. */
  interface Quiet {
    void run() throws Exception;
  }

  private Void write(Random random) throws SQLException, InterruptedException {
    try (Connection connection = pipeline.database()) {
      connection.setAutoCommit(false);
      while (!stopping) {
        int size = 1 + random.nextInt(6);
        running.readLock().lock();
        try {
          transaction(connection, random, size);
        } finally {
          running.readLock().unlock();
        }
        TimeUnit.MILLISECONDS.sleep(1_000L * WRITERS * size / perSecond);
      }
    }
    return null;
  }

  private void transaction(Connection connection, Random random, int size) throws SQLException {
    try {
      for (int i = 0; i < size; i++) {
        statement(connection, random);
        statements.incrementAndGet();
      }
      if (random.nextInt(10) == 0) {
        connection.rollback();
      } else {
        connection.commit();
      }
    } catch (SQLException failed) {
      connection.rollback();
      if (!failed.getSQLState().startsWith(CONFLICT)
          && !failed.getSQLState().equals(UNIQUE_VIOLATION)) {
        throw failed;
      }
    }
  }

  private void statement(Connection connection, Random random) throws SQLException {
    int id = random.nextInt(KEYS);
    switch (random.nextInt(20)) {
      case 0, 1, 2, 3 -> insert(connection, random, id);
      case 4, 5, 6 -> execute(connection, "delete from %s.items where id = %d", id);
      case 7 -> {
        // Waits for a transaction that deletes it, and commits after that one.
        execute(connection, "delete from %s.items where id = %d", id);
        insert(connection, random, id);
      }
      case 8, 9 ->
          execute(connection, "update %s.items set grp = %s where id = %d", group(random), id);
      case 10 ->
          execute(
              connection, "update %s.items set id = %d where id = %d", random.nextInt(KEYS), id);
      case 11 -> set(connection, "body", text(random), id);
      case 12 -> set(connection, "scan", bytes(random), id);
      case 13 -> set(connection, "doc", document(random), id);
      case 14 -> set(connection, "tags", tags(random), id);
      case 15 -> note(connection, random);
      case 16 -> truncateOrDelete(connection, random);
      default ->
          execute(
              connection,
              "update %s.items set title = 'title %d', qty = qty + 1, price = %s, weight = %s, at = now(), day = day + 1, flag = not flag where id = %d",
              random.nextInt(1_000_000),
              random.nextInt(99_999_999) / 100.0,
              random.nextInt(8_000) / 8.0,
              id);
    }
  }

  private void insert(Connection connection, Random random, int id) throws SQLException {
    String insert =
        """
        insert into %s.items (id, grp, title, body, scan, doc, tags, qty, price, weight, at, day, flag)
        values (%d, %s, 'item %d', %s, %s, %s, %s, %d, %s, %s, now(), date '2020-01-01' + %d, %s)
        on conflict (id) do nothing
        """
            .formatted(
                schema,
                id,
                group(random),
                id,
                text(random),
                bytes(random),
                document(random),
                tags(random),
                random.nextInt(),
                random.nextInt(99_999_999) / 100.0,
                random.nextInt(8_000) / 8.0,
                random.nextInt(5_000),
                random.nextBoolean());
    try (Statement statement = connection.createStatement()) {
      statement.execute(insert);
    }
  }

  private void note(Connection connection, Random random) throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            "insert into %s.notes values (?, ?, %s) on conflict (name) do update set n = excluded.n"
                .formatted(schema, text(random)))) {
      upsert.setString(1, "note " + random.nextInt(50));
      upsert.setLong(2, random.nextLong());
      upsert.execute();
    }
  }

  private void truncateOrDelete(Connection connection, Random random) throws SQLException {
    if (random.nextInt(30) == 0) {
      execute(connection, "truncate %s.notes");
    } else {
      execute(connection, "delete from %s.notes where n %% 7 = %d", random.nextInt(7));
    }
  }

  private void set(Connection connection, String column, String value, int id) throws SQLException {
    execute(connection, "update %s.items set " + column + " = " + value + " where id = %d", id);
  }

  private void execute(Connection connection, String sql, Object... values) throws SQLException {
    List<Object> all = new ArrayList<>();
    all.add(schema);
    all.addAll(List.of(values));
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql.formatted(all.toArray()));
    }
  }

  private static String group(Random random) {
    int group = random.nextInt(6);
    return group == 0 ? "null" : "'group " + group + "'";
  }

  /** Null, short, or so long that it is stored out of line. */
  private static String text(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> "null";
      case 1 -> "''";
      case 2 -> "'short " + random.nextInt(1_000) + "'";
      default -> "repeat('long " + random.nextInt(1_000) + " ', 400)";
    };
  }

  private static String bytes(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> "null";
      case 1 -> "'\\x%02x'".formatted(random.nextInt(256));
      default -> "decode(repeat(md5('%d'), 150), 'hex')".formatted(random.nextInt());
    };
  }

  private static String document(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> "null";
      case 1 -> "'{\"n\": %d}'".formatted(random.nextInt(100));
      default -> "jsonb_build_object('long', repeat('%d ', 800))".formatted(random.nextInt(1_000));
    };
  }

  private static String tags(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> "null";
      case 1 -> "array['a', null, 'b%d']".formatted(random.nextInt(10));
      default -> "array_fill('tag %d'::text, array[500])".formatted(random.nextInt(100));
    };
  }

  /** Lets the transactions under way end, and fails if a writer failed. */
  void stop() throws Exception {
    stopping = true;
    for (Future<?> each : work) {
      each.get();
    }
    work.clear();
  }

  /** Fails if a writer failed. */
  void requireAlive() throws Exception {
    for (Future<?> each : work) {
      if (each.isDone()) {
        each.get();
      }
    }
  }

  @Override
  public void close() {
    stopping = true;
    writers.shutdownNow();
  }
}
