package io.freshet.lake.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.store.TableFileSystem;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

/** Which file system reaches the tables on S3. */
class LakeSessionTest {
  private static final String S3A = "fs.s3a.impl";
  private static final String SET = "spark.hadoop." + S3A;
  private static final Map<String, String> MINE = Map.of(S3A, TableFileSystem.class.getName());

  @Test
  void tablesAreReachedWithFewerRequests() {
    SparkConf conf = new SparkConf(false);
    assertThat(LakeSession.reachTables(conf)).isEqualTo(MINE);
    assertThat(conf.get(SET)).isEqualTo(TableFileSystem.class.getName());
    assertThat(conf.get("spark.sql.hive.metastore.sharedPrefixes"))
        .contains("org.postgresql", "io.freshet.lake.store");
  }

  @Test
  void anothersChoiceStands() {
    SparkConf conf = new SparkConf(false).set(SET, "org.apache.hadoop.fs.s3a.S3AFileSystem");
    assertThat(LakeSession.reachTables(conf)).isEmpty();
    assertThat(conf.get(SET)).isEqualTo("org.apache.hadoop.fs.s3a.S3AFileSystem");
  }

  @Test
  void anExecutorThatFetchesThisClassFromS3DoesNotNeedIt() {
    SparkConf conf = new SparkConf(false).set("spark.jars", "s3a://jars/freshet-lake-job.jar");
    assertThat(LakeSession.reachTables(conf)).isEqualTo(MINE);
    assertThat(conf.contains(SET)).isFalse();
  }
}
