package io.freshet.lake.job;

import io.freshet.lake.LakeException;
import io.freshet.lake.change.BadRecord;
import io.freshet.lake.change.ChangeBatch;
import io.freshet.lake.change.Changes;
import io.freshet.lake.change.Quarantined;
import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.quarantine.ReplayRequest;
import io.freshet.lake.source.TopicPosition;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.TableSpec;
import io.freshet.schemas.ChangeColumns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records of a table's quarantine back in. It never rewinds a row: a record leaves the
 * quarantine without being written if the stored row has a later change, or if the table was
 * emptied after it. It may be repeated: what was written already is then such a record.
 */
final class Replay {
  private static final Logger LOG = LoggerFactory.getLogger(Replay.class);

  private static final String MAY_BE_DELETED =
      "its row is not in the table, which keeps no trace of deleted rows: it may have been deleted since; replay it with --insert-missing if it was not";

  private final HudiTable table;
  private final Changes changes;
  private final TableQuarantine quarantine;
  private final Map<String, String> reasons = new HashMap<>();
  private final Set<String> left = new HashSet<>();
  private int written;

  Replay(HudiTable table, Changes changes, TableQuarantine quarantine) {
    this.table = table;
    this.changes = changes;
    this.quarantine = quarantine;
  }

  /**
   * Does what is asked for.
   *
   * @param schema the table's
   * @param position the table's, which stays
   * @return the table's schema afterwards
   */
  StructType run(List<String> names, StructType schema, TopicPosition position) {
    List<ReplayRequest> requests = names.stream().map(quarantine.folder()::request).toList();
    List<BadRecord> asked = new ArrayList<>();
    List<BadRecord> others = new ArrayList<>();
    quarantine.records().values().stream()
        .flatMap(List::stream)
        .forEach(
            record ->
                (requests.stream().anyMatch(request -> request.matches(record)) ? asked : others)
                    .add(record));
    boolean insertMissing = requests.stream().anyMatch(ReplayRequest::insertMissing);
    StructType after = schema;
    if (!asked.isEmpty()) {
      after = replay(asked, Quarantined.NONE.plus(others), insertMissing, schema, position);
      quarantine.settle(record -> left.contains(place(record)) ? null : withReason(record));
      LOG.info(
          "{}: replay of {} records: {} written, {} overtaken by later changes, {} left in quarantine",
          name(),
          asked.size(),
          written,
          left.size() - written,
          asked.size() - left.size());
    }
    names.forEach(quarantine.folder()::delete);
    return after;
  }

  private BadRecord withReason(BadRecord record) {
    String reason = reasons.get(place(record));
    return reason == null ? record : record.withReason(reason);
  }

  private String name() {
    return spec().config().name();
  }

  private TableSpec spec() {
    return table.spec();
  }

  private static String place(BadRecord record) {
    return place(record.partition(), record.offset());
  }

  private static String place(int partition, long offset) {
    return partition + "/" + offset;
  }

  private StructType replay(
      List<BadRecord> asked,
      Quarantined others,
      boolean insertMissing,
      StructType schema,
      TopicPosition position) {
    List<BadRecord> current = new ArrayList<>();
    Optional<TopicPosition> emptied = table.lastTruncate();
    for (BadRecord record : asked) {
      long after = emptied.map(at -> at.of(record.partition()).orElse(0)).orElse(0L);
      if (record.offset() < after) {
        left.add(place(record));
      } else {
        current.add(record);
      }
    }
    if (current.isEmpty()) {
      return schema;
    }
    try (ChangeBatch batch = changes.replay(current, spec().config().settings().bareNumeric())) {
      StructType wanted = batch.schema(name(), schema, spec().keys());
      List<BadRecord> notWritten = notWritten(current, batch, wanted, insertMissing);
      Quarantined passed = others.plusPassed(notWritten);
      List<BadRecord> bad = batch.badRecords(wanted, spec().keys(), passed, Integer.MAX_VALUE);
      bad.forEach(record -> reasons.put(place(record), record.reason()));
      passed = passed.plus(bad);
      int count = current.size() - bad.size() - notWritten.size();
      if (count > 0) {
        table.commit(batch.rows(wanted, spec().keys(), passed, Optional.empty()), position);
        written = count;
        current.stream()
            .map(Replay::place)
            .filter(place -> !reasons.containsKey(place))
            .forEach(left::add);
        return wanted;
      }
      return schema;
    } catch (LakeException refused) {
      // Another request may be better off; the table itself goes on.
      LOG.error("{}: replay: {}", name(), refused.getMessage());
      current.forEach(record -> reasons.put(place(record), refused.getMessage()));
      return schema;
    }
  }

  /**
   * Those that the stored rows are ahead of, and those that only a deleted row may explain. Only
   * their keys are read: another value that can't be does not matter here.
   */
  private List<BadRecord> notWritten(
      List<BadRecord> current, ChangeBatch batch, StructType wanted, boolean insertMissing) {
    StructType keys = new StructType();
    for (StructField field : wanted.fields()) {
      if (spec().keys().contains(field.name()) || ChangeColumns.LAKE.contains(field.name())) {
        keys = keys.add(field);
      }
    }
    List<BadRecord> unreadable =
        batch.badRecords(keys, spec().keys(), Quarantined.NONE, Integer.MAX_VALUE);
    Dataset<Row> rows =
        batch.uncollapsed(keys, spec().keys(), Quarantined.NONE.plusPassed(unreadable));
    Column place =
        functions.concat_ws(
            "/", functions.col(ChangeColumns.PARTITION), functions.col(ChangeColumns.OFFSET));
    Map<String, Boolean> deletes = new HashMap<>();
    rows.select(place, functions.col(ChangeColumns.DELETED))
        .collectAsList()
        .forEach(row -> deletes.put(row.getString(0), row.getBoolean(1)));
    Map<String, Long> stored = new HashMap<>();
    table
        .stored(rows, place)
        .collectAsList()
        .forEach(row -> stored.merge(row.getString(0), row.getLong(1), Math::max));
    boolean forgets =
        spec().config().deletes() == DeleteMode.HARD
            && !spec().keys().contains(ChangeColumns.OFFSET);
    List<BadRecord> notWritten = new ArrayList<>();
    for (BadRecord record : current) {
      String at = place(record);
      if (!deletes.containsKey(at)) {
        continue; // There is no telling whose row it is.
      }
      Long newest = stored.get(at);
      if (newest != null && newest >= record.offset()
          || newest == null && forgets && deletes.get(at)) {
        left.add(at);
        notWritten.add(record);
      } else if (newest == null && forgets && !insertMissing) {
        reasons.put(at, MAY_BE_DELETED);
        notWritten.add(record);
      }
    }
    return notWritten;
  }
}
