package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.IndexKind;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.Test;

/** A commit of a few changes is little more than Hudi's write. */
class SmallCommitsTest extends JobFixture {
  private final AtomicInteger jobs = new AtomicInteger();

  @Test
  void whatTheDriverReadsNeedsNoJob() throws Exception {
    SparkListener counting =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart job) {
            jobs.incrementAndGet();
          }
        };
    spark.sparkContext().addSparkListener(counting);
    try {
      TableConfig table =
          PartitionMovesTest.partitioned(
              "t", TableType.MERGE_ON_READ, DeleteMode.HARD, IndexKind.BUCKET);
      commit(table, "Aa", "French");
      int onDriver = commit(table, "Bb", "Dutch");
      readInTasks();
      int inTasks = commit(table, "Cc", "French");
      assertThat(rows(table)).containsExactly("1|Cc|French|1900|null|u|false");
      assertThat(onDriver).as("jobs; in tasks %d", inTasks).isLessThan(inTasks);
    } finally {
      spark.sparkContext().removeSparkListener(counting);
    }
  }

  /** Returns how many jobs it took. */
  private int commit(TableConfig table, String name, String nationality) throws Exception {
    log.change("u", 1, name, nationality, 1900, null).land();
    int before = jobs.get();
    ingest(table);
    spark.sparkContext().listenerBus().waitUntilEmpty();
    return jobs.get() - before;
  }
}
