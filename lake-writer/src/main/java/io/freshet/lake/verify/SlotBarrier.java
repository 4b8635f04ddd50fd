package io.freshet.lake.verify;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.PostgresConfig;
import io.freshet.lake.source.KafkaConnection;
import io.freshet.lake.source.SourceTopics;
import io.freshet.lake.source.TopicPosition;
import io.freshet.lake.source.TopicTail;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Follows a position through the pipeline, by what each part says of itself:
 *
 * <ol>
 *   <li>The replication slot is confirmed beyond it. PostgreSQL never sends again what lies before,
 *       so every change that was committed before the position is in Kafka, or lost.
 *   <li>The topic's end is asked for then: all of those changes lie before it.
 *   <li>The table's own commit says that it has read every change before that end.
 * </ol>
 *
 * <p>No part needs to be configured for it, and no row or message is written for it but the empty
 * logical message of the source connector's heartbeat, which moves the slot of an idle database.
 */
public final class SlotBarrier implements Barrier, AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration NUDGE = Duration.ofSeconds(5);

  /** Excluded by the shipped source connector, so that it makes no topic. */
  private static final String MESSAGE =
      "SELECT pg_logical_emit_message(true, 'freshet-heartbeat', '')";

  private static final String SLOTS =
      """
      SELECT slot_name, active, pg_wal_lsn_diff(confirmed_flush_lsn, '0/0')::bigint
      FROM pg_replication_slots
      WHERE slot_type = 'logical' AND NOT temporary AND database = current_database()
        AND (? = '' OR slot_name = ?)
      ORDER BY slot_name
      """;

  private final PostgresConfig postgres;
  private final Connection connection;
  private final TopicTail tail;
  private final SourceTopics source;
  private final Duration patience;
  private final Clock clock;

  private record Slot(String name, boolean active, long confirmed) {}

  /**
   * @param source what the tables read
   * @param patience how long a wait may take
   * @throws LakeException if PostgreSQL or Kafka can't be asked
   */
  public SlotBarrier(
      PostgresConfig postgres,
      KafkaConnection kafka,
      SourceTopics source,
      Duration patience,
      Clock clock) {
    this.postgres = postgres;
    this.source = source;
    this.patience = patience;
    this.clock = clock;
    this.tail = new TopicTail(kafka);
    this.connection = SourceConnection.open(postgres);
  }

  @Override
  public void await(long lsn, String topic, Supplier<TopicPosition> position)
      throws InterruptedException {
    Instant deadline = clock.instant().plus(patience);
    awaitSlots(lsn, deadline);
    Map<Integer, Long> ends = tail.ends(topic);
    TopicPosition reached = position.get();
    while (!isPassed(topic, reached, ends)) {
      if (clock.instant().isAfter(deadline)) {
        throw new LakeException(
            "topic %s has changes up to %s, and its table stands at %s for longer than %d s; see that ingest and the sink run, or wait longer with --patience"
                .formatted(topic, ends, reached.toJson(), patience.toSeconds()));
      }
      TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
      reached = position.get();
    }
  }

  private boolean isPassed(String topic, TopicPosition reached, Map<Integer, Long> ends) {
    if (!tail.isPassed(topic, reached, ends)) {
      return false;
    }
    // Kafka may have let go what is landed and not yet read.
    return !(source instanceof SourceTopics.Landing)
        || !tail.lacks(topic, reached)
        || source.behind(topic, reached).positions() == 0;
  }

  private void awaitSlots(long lsn, Instant deadline) throws InterruptedException {
    Instant nudge = clock.instant();
    List<Slot> behind = slots();
    if (behind.isEmpty()) {
      throw new LakeException(
          postgres.slot().isEmpty()
              ? postgres
                  + " has no logical replication slot, so nothing of it arrives; see that the source connector runs"
              : "%s has no replication slot %s; mend postgres.slot"
                  .formatted(postgres, postgres.slot()));
    }
    behind = behind.stream().filter(slot -> slot.confirmed() < lsn).toList();
    while (!behind.isEmpty()) {
      Instant now = clock.instant();
      if (now.isAfter(deadline)) {
        throw new LakeException(
            "replication slot %s %s for longer than %d s; see that its source connector runs and has a heartbeat, or name the right one with postgres.slot"
                .formatted(
                    behind.get(0).name(),
                    behind.get(0).active()
                        ? "has not been confirmed up to " + text(lsn)
                        : "is not read by anybody",
                    patience.toSeconds()));
      }
      if (!now.isBefore(nudge)) {
        emit();
        nudge = now.plus(NUDGE);
      }
      TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
      behind = slots().stream().filter(slot -> slot.confirmed() < lsn).toList();
    }
  }

  private void emit() {
    try (Statement statement = connection.createStatement()) {
      statement.execute(MESSAGE);
    } catch (SQLException refused) {
      throw SourceConnection.failed("writing an empty message to the log of " + postgres, refused);
    }
  }

  private List<Slot> slots() {
    List<Slot> slots = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(SLOTS)) {
      query.setString(1, postgres.slot());
      query.setString(2, postgres.slot());
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          slots.add(new Slot(rows.getString(1), rows.getBoolean(2), rows.getLong(3)));
        }
      }
    } catch (SQLException refused) {
      throw SourceConnection.failed("asking for the replication slots of " + postgres, refused);
    }
    return slots;
  }

  /** A position as PostgreSQL prints it. */
  static String text(long lsn) {
    return "%X/%X".formatted(lsn >>> 32, lsn & 0xffff_ffffL);
  }

  @Override
  public void close() {
    tail.close();
    source.close();
    try {
      connection.close();
    } catch (SQLException gone) {
      throw SourceConnection.failed("closing the connection to " + postgres, gone);
    }
  }
}
