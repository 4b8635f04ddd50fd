package io.freshet.lake.job;

import io.freshet.lake.LakeException;
import io.freshet.lake.change.BadRecord;
import io.freshet.lake.change.Quarantined;
import io.freshet.lake.quarantine.QuarantineFile;
import io.freshet.lake.quarantine.QuarantineFolder;
import io.freshet.lake.source.TopicPosition;
import io.freshet.lake.table.TableSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a table's writer knows of its quarantine. A table without one costs a LIST at its start. */
final class TableQuarantine {
  private static final Logger LOG = LoggerFactory.getLogger(TableQuarantine.class);

  /** Records of one commit that are named in the log. */
  private static final int MOST_NAMED = 5;

  private final QuarantineFolder folder;
  private final Supplier<TableSpec> spec;
  private Quarantined known = Quarantined.NONE;
  private volatile int size;

  TableQuarantine(QuarantineFolder folder, Supplier<TableSpec> spec) {
    this.folder = folder;
    this.spec = spec;
  }

  /**
   * Reads what is there, and removes what has no commit: a process that ended before it made the
   * commit left it, and the same messages are read again.
   *
   * @param position the table's position
   */
  void open(TopicPosition position) {
    for (QuarantineFile file : files()) {
      if (!file.isCommitted(position)) {
        folder.delete(file);
      }
    }
    read();
  }

  private List<QuarantineFile> files() {
    return folder.files().stream()
        .filter(file -> file.topic().equals(spec.get().config().topic()))
        .toList();
  }

  private void read() {
    List<BadRecord> all = new ArrayList<>();
    records().values().forEach(all::addAll);
    known = Quarantined.NONE.plus(all);
    size = all.size();
  }

  /** All records by their files. */
  Map<QuarantineFile, List<BadRecord>> records() {
    Map<QuarantineFile, List<BadRecord>> records = new LinkedHashMap<>();
    files().forEach(file -> records.put(file, folder.read(file)));
    return records;
  }

  /** What a commit passes over. */
  Quarantined known() {
    return known;
  }

  /** Records in it. */
  int size() {
    return size;
  }

  /** How many more it takes before the table stops. */
  int room() {
    return Math.max(0, spec.get().config().settings().quarantineMaxRecords() - size);
  }

  /**
   * Writes the records that the next commit passes over. They count when it is made.
   *
   * @param position the table's position before it
   * @throws LakeException if they are more than the table's limit
   */
  void putAside(List<BadRecord> records, TopicPosition position) {
    if (records.size() > room()) {
      throw new LakeException(
          "%s has %d records in quarantine, and there are more than the %d that quarantine.max-records leaves room for; the next: %s: %s. Mend the cause and replay them, or raise quarantine.max-records"
              .formatted(
                  spec.get().config().name(),
                  size,
                  room(),
                  records.get(0).place(),
                  records.get(0).reason()));
    }
    Map<Integer, List<BadRecord>> byPartition = new TreeMap<>();
    for (BadRecord record : records) {
      byPartition.computeIfAbsent(record.partition(), none -> new ArrayList<>()).add(record);
    }
    byPartition.forEach(
        (partition, some) ->
            folder.write(
                new QuarantineFile(
                    spec.get().config().topic(), partition, position.of(partition).orElse(0)),
                some));
    known = known.plus(records);
    size += records.size();
    records.stream()
        .limit(MOST_NAMED)
        .forEach(
            record ->
                LOG.warn(
                    "{}: to quarantine: {}: {}",
                    spec.get().config().name(),
                    record.place(),
                    record.reason()));
    LOG.warn("{}: {} records in quarantine at {}", spec.get().config().name(), size, folder.path());
  }

  /** Requests for a replay that wait. */
  List<String> requests() {
    return folder.requests();
  }

  QuarantineFolder folder() {
    return folder;
  }

  /**
   * Rewrites the files.
   *
   * @param settle what becomes of a record: null where it leaves the quarantine
   */
  void settle(UnaryOperator<BadRecord> settle) {
    records()
        .forEach(
            (file, before) -> {
              List<BadRecord> after =
                  before.stream().map(settle).filter(record -> record != null).toList();
              if (!after.equals(before)) {
                folder.write(file, after);
              }
            });
    read();
  }
}
