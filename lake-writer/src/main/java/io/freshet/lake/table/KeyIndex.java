package io.freshet.lake.table;

import io.freshet.lake.config.DeleteMode;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which partition holds each key of a table: what makes a bucket index, which looks in one
 * partition only, one over all of them. The table has one writer, so it is enough to read its keys
 * once, and to take note of each commit that succeeded. What is not sure is read anew: after a
 * commit that failed, and after one that somebody else made.
 *
 * <p>A table with more keys than there is room for is asked at each commit for those of the commit.
 */
final class KeyIndex {
  private static final Logger LOG = LoggerFactory.getLogger(KeyIndex.class);

  /** What a partition's values and their entries in two tables take, in keys. */
  private static final int KEYS_PER_PARTITION = 10;

  /** Tasks whose keys are on the driver twice, for a moment. */
  private static final int TASKS_AT_ONCE = 8;

  private final SparkSession spark;
  private final TableWrites writes;
  private final KeyBudget budget;
  private PartitionNames names = new PartitionNames();
  private KeyPlaces places;
  private StructType shape;
  private long taken;
  private boolean tooMany;

  /**
   * @param timeline the table's
   * @param budget how many keys it may remember, with other tables
   */
  KeyIndex(SparkSession spark, TableTimeline timeline, KeyBudget budget) {
    this.spark = spark;
    this.writes = new TableWrites(timeline);
    this.budget = budget;
  }

  /**
   * Sends changes to where their rows lie.
   *
   * @param changes one row for each key
   */
  PlacedRows place(TableSpec spec, Dataset<Row> changes) {
    KeyedRows form = new KeyedRows(spec, changes.schema());
    KeptRows keyed = KeptRows.of(spark, form.changes(changes));
    boolean placed = false;
    try {
      List<PackedKeys> packed = keyed.collect(form.packed());
      if (packed.stream().anyMatch(keys -> keys.have(PackedKeys.LACKS_PARTITION))) {
        return place(
            spec, new UnloggedPartitions(spec, changes.schema()).filled(changes, stored(spec)));
      }
      PlacedRows rows = place(spec, form, keyed, packed);
      placed = true;
      return rows;
    } finally {
      if (!placed) {
        keyed.close();
      }
    }
  }

  private PlacedRows place(
      TableSpec spec, KeyedRows form, KeptRows keyed, List<PackedKeys> packed) {
    boolean hard = spec.config().deletes() == DeleteMode.HARD;
    KeyPlaces known = known(spec, form, keyed.rows());
    KeyPlaces former = new KeyPlaces();
    boolean[] found = new boolean[2]; // deletes, and moved rows that lack texts
    for (PackedKeys keys : packed) {
      keys.forEach(
          names,
          (high, low, place, flags) -> {
            int before = known.get(high, low);
            boolean delete = (flags & PackedKeys.DELETE) != 0;
            found[0] |= delete;
            if (before != KeyPlaces.NOWHERE && (delete && hard || before != place)) {
              former.put(high, low, before);
              found[1] |= !delete && (flags & PackedKeys.LACKS_TEXT) != 0;
            }
          });
    }
    Dataset<Row> rows =
        former.size() > 0 || hard && found[0] ? relocated(spec, form, keyed, former) : keyed.rows();
    return new Placed(
        packed, keyed, rows.drop(KeyedRows.PACKED.toArray(String[]::new)), found[1], spec);
  }

  /**
   * @param former where rows lie that shall lie elsewhere, or leave nothing
   */
  private Dataset<Row> relocated(TableSpec spec, KeyedRows form, KeptRows keyed, KeyPlaces former) {
    StructType schema = keyed.rows().schema();
    Relocation relocation =
        new Relocation(
            schema,
            form.texts(),
            spec.config().partitionBy(),
            spec.config().deletes() == DeleteMode.HARD,
            former,
            names.all());
    return keyed.mapped(relocation::of, schema);
  }

  private KeyPlaces known(TableSpec spec, KeyedRows form, Dataset<Row> keyed) {
    if (places != null && (!form.partition().equals(shape) || !writes.areOwn())) {
      LOG.info("{}: was written by another; its keys are read anew", spec.config().name());
      forget();
    }
    if (places == null && !tooMany) {
      shape = form.partition();
      writes.look();
      read(spec, form);
    }
    if (places != null) {
      return places;
    }
    names = new PartitionNames();
    KeyPlaces asked = new KeyPlaces();
    Dataset<Row> these =
        form.stored(stored(spec))
            .join(keyed.select(KeyedRows.KEY), new String[] {KeyedRows.KEY}, "left_semi");
    collect(form.packed(these, Long.MAX_VALUE), asked, Long.MAX_VALUE);
    return asked;
  }

  private Dataset<Row> stored(TableSpec spec) {
    return spark.read().format("hudi").load(spec.location());
  }

  private void read(TableSpec spec, KeyedRows form) {
    long began = System.nanoTime();
    long room = budget.left();
    KeyPlaces found = new KeyPlaces();
    if (!collect(form.packed(form.stored(stored(spec)), room), found, room)) {
      giveUp(spec);
      return;
    }
    places = found;
    settle(spec);
    if (places == null) {
      return;
    }
    LOG.info(
        "{}: read where its {} keys lie, in {} partitions, in {} ms",
        spec.config().name(),
        found.size(),
        names.size(),
        (System.nanoTime() - began) / 1_000_000);
  }

  /** Returns whether there is room for all. */
  private boolean collect(JavaRDD<PackedKeys> packed, KeyPlaces found, long room) {
    int tasks = packed.getNumPartitions();
    for (int from = 0; from < tasks; from += TASKS_AT_ONCE) {
      int[] some = IntStream.range(from, Math.min(tasks, from + TASKS_AT_ONCE)).toArray();
      for (List<PackedKeys> task : packed.collectPartitions(some)) {
        for (PackedKeys keys : task) {
          keys.forEach(names, (high, low, place, flags) -> found.put(high, low, place));
        }
      }
      if (found.size() > room) {
        return false;
      }
    }
    return true;
  }

  /** Takes what is remembered into account; gives up where that is more than there is room for. */
  private void settle(TableSpec spec) {
    long needed = places.size() + (long) KEYS_PER_PARTITION * names.size();
    if (budget.take(needed - taken)) {
      taken = needed;
    } else {
      giveUp(spec);
    }
  }

  private void giveUp(TableSpec spec) {
    LOG.warn(
        "{}: has more keys than lake.keys-in-memory leaves room for ({} are taken), so each commit asks the table for its keys, which takes longer; raise lake.keys-in-memory and the driver's memory, and restart the job",
        spec.config().name(),
        budget);
    forget();
    tooMany = true;
  }

  /** Lets all go that is remembered; it is read anew when it is needed. */
  void forget() {
    budget.take(-taken);
    taken = 0;
    places = null;
    names = new PartitionNames();
  }

  /** Takes note of a commit that emptied the table. */
  void emptied() {
    forget();
    tooMany = false;
  }

  private final class Placed implements PlacedRows {
    private final List<PackedKeys> packed;
    private final KeptRows keyed;
    private final Dataset<Row> rows;
    private final boolean lackTexts;
    private final TableSpec spec;
    private boolean committed;

    Placed(
        List<PackedKeys> packed,
        KeptRows keyed,
        Dataset<Row> rows,
        boolean lackTexts,
        TableSpec spec) {
      this.packed = packed;
      this.keyed = keyed;
      this.rows = rows;
      this.lackTexts = lackTexts;
      this.spec = spec;
    }

    @Override
    public Dataset<Row> rows() {
      return rows;
    }

    @Override
    public boolean lackTexts() {
      return lackTexts;
    }

    @Override
    public void committed() {
      committed = true;
      if (places == null) {
        return;
      }
      writes.committed();
      for (PackedKeys keys : packed) {
        keys.forEach(names, this::note);
      }
      settle(spec);
    }

    private void note(long high, long low, int place, int flags) {
      boolean delete = (flags & PackedKeys.DELETE) != 0;
      if (delete && spec.config().deletes() == DeleteMode.HARD) {
        places.remove(high, low);
      } else {
        places.put(high, low, place);
      }
    }

    @Override
    public void close() {
      keyed.close();
      if (!committed) {
        forget(); // It may have been committed all the same.
      }
    }
  }
}
