package io.freshet.lake.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.LakeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code format("postgres-copy")}: parts, columns, snapshots, and what it says of errors. */
class PostgresCopyTest {
  private static final String DATABASE = "copy";
  private static final int ROWS = 20_000;

  private static SparkSession spark;
  private static TestPostgres server;

  @BeforeAll
  static void start() throws Exception {
    server = TestPostgres.shared();
    server.create(DATABASE);
    server.execute(
        DATABASE,
        "CREATE TABLE plain (id int PRIMARY KEY, word text, n bigint)",
        "INSERT INTO plain SELECT i, 'word ' || i, i * 7::bigint FROM generate_series(1, %d) i"
            .formatted(ROWS),
        "CREATE TABLE parts (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day)",
        "CREATE TABLE parts_old PARTITION OF parts FOR VALUES FROM ('2000-01-01') TO ('2020-01-01')",
        "CREATE TABLE parts_new PARTITION OF parts FOR VALUES FROM ('2020-01-01') TO ('2040-01-01') PARTITION BY HASH (id)",
        "CREATE TABLE parts_new_0 PARTITION OF parts_new FOR VALUES WITH (modulus 2, remainder 0)",
        "CREATE TABLE parts_new_1 PARTITION OF parts_new FOR VALUES WITH (modulus 2, remainder 1)",
        "INSERT INTO parts SELECT i, date '2000-01-01' + i %% 14000 FROM generate_series(1, %d) i"
            .formatted(ROWS),
        "CREATE VIEW seen AS SELECT id, CASE WHEN id % 10 > 0 THEN word END AS word FROM plain",
        "CREATE TABLE empty (id int PRIMARY KEY)",
        "CREATE TABLE parent (id int PRIMARY KEY)",
        "CREATE TABLE child () INHERITS (parent)",
        "INSERT INTO parent VALUES (1)",
        "INSERT INTO child VALUES (2)");
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Dataset<Row> read(String table, Map<String, String> more) {
    return spark
        .read()
        .format("postgres-copy")
        .option("url", server.url(DATABASE))
        .option("user", TestPostgres.SUPERUSER)
        .option("password", "none")
        .option("dbtable", table)
        .options(more)
        .load();
  }

  private static long sumOfIds(Dataset<Row> rows) {
    return rows.selectExpr("sum(id)").first().getLong(0);
  }

  @Test
  void partsHoldEachRowOnce() {
    for (String parts : List.of("1", "2", "7", "500")) {
      Dataset<Row> plain = read("public.plain", Map.of("numPartitions", parts));
      assertThat(plain.count()).as(parts).isEqualTo(ROWS);
      assertThat(plain.selectExpr("count(distinct id)").first().getLong(0)).isEqualTo(ROWS);
      assertThat(sumOfIds(plain)).isEqualTo(ROWS * (ROWS + 1L) / 2);
    }
    int parts = read("public.plain", Map.of("numPartitions", "7")).toJavaRDD().getNumPartitions();
    assertThat(parts).isEqualTo(7);
    List<Long> sizes =
        read("public.plain", Map.of("numPartitions", "7"))
            .selectExpr("spark_partition_id() as part")
            .groupBy("part")
            .count()
            .collectAsList()
            .stream()
            .map(row -> row.getLong(1))
            .toList();
    assertThat(sizes).hasSize(7).allMatch(size -> size > ROWS / 14 && size < ROWS / 3);
  }

  @Test
  void aPartitionedTableIsReadLeafByLeaf() {
    Dataset<Row> rows = read("public.parts", Map.of("numPartitions", "6"));
    assertThat(rows.toJavaRDD().getNumPartitions()).isGreaterThanOrEqualTo(6);
    assertThat(rows.count()).isEqualTo(ROWS);
    assertThat(sumOfIds(rows)).isEqualTo(ROWS * (ROWS + 1L) / 2);
  }

  @Test
  void aViewIsReadAtOnceOrByAHash() {
    assertThat(read("public.seen", Map.of()).toJavaRDD().getNumPartitions()).isEqualTo(1);
    Dataset<Row> hashed = read("public.seen", Map.of("hashColumn", "word", "numPartitions", "3"));
    assertThat(hashed.toJavaRDD().getNumPartitions()).isEqualTo(3);
    assertThat(sumOfIds(hashed)).isEqualTo(ROWS * (ROWS + 1L) / 2);
  }

  @Test
  void anEmptyTableHasNoRowsAndAParentNotItsChildren() {
    assertThat(read("public.empty", Map.of()).collectAsList()).isEmpty();
    assertThat(read("public.parent", Map.of()).collectAsList()).hasSize(1);
  }

  @Test
  void someColumnsAndSomeRowsWillDo() {
    assertThat(read("public.plain", Map.of()).select("n", "id").filter("id = 3").first())
        .isEqualTo(RowFactory.create(21L, 3));
    assertThat(read("public.plain", Map.of()).select("word").limit(2).collectAsList()).hasSize(2);
  }

  @Test
  void allPartsSeeTheSnapshotThatIsNamed() throws Exception {
    server.execute(
        DATABASE, "CREATE TABLE moving (id int PRIMARY KEY)", "INSERT INTO moving VALUES (1)");
    try (var connection = server.connect(DATABASE);
        var statement = connection.createStatement()) {
      statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ");
      String snapshot;
      try (var row = statement.executeQuery("SELECT pg_export_snapshot()")) {
        row.next();
        snapshot = row.getString(1);
      }
      server.execute(DATABASE, "INSERT INTO moving SELECT generate_series(2, 5000)");
      assertThat(read("public.moving", Map.of("snapshot", snapshot)).count()).isEqualTo(1);
    }
    assertThat(read("public.moving", Map.of()).count()).isEqualTo(5000);
  }

  @Test
  void errorsNameTheThingAndTheFix() {
    assertThatThrownBy(() -> read("public.plane", Map.of()))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("there is no table or view public.plane in the database copy");
    assertThatThrownBy(() -> read("public.plain", Map.of("numPartition", "2")))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("postgres-copy has no option 'numpartition'");
    assertThatThrownBy(() -> read("public.plain", Map.of("numPartitions", "0")))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("'0'");
    server.execute(
        DATABASE,
        "CREATE TABLE unfit (id int PRIMARY KEY, price numeric)",
        "INSERT INTO unfit VALUES (1, 0.1234567890123456789)");
    assertThatThrownBy(() -> read("public.unfit", Map.of()).collectAsList())
        .hasStackTraceContaining(
            "column price of public.unfit holds 0.1234567890123456789, which decimal(38,18) can't hold; set bare-numeric: string");
  }

  @Test
  void thePasswordIsInNoPlanAndNoError() {
    Dataset<Row> rows = read("public.plain", Map.of("password", "s3cret"));
    assertThat(rows.queryExecution().toString()).doesNotContain("s3cret");
    assertThatThrownBy(
            () -> read("public.plain", Map.of("user", TestPostgres.LIMITED, "password", "s3cret")))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("refuses the password of user limited")
        .message()
        .doesNotContain("s3cret");
  }

  /** Types of extensions that the test's server lacks, from their documented formats. */
  @Test
  void vectorsAndGeometriesAreStructs() {
    byte[] sparse = "{1:1.5,3:-2}/5".getBytes(StandardCharsets.US_ASCII);
    InternalRow row = (InternalRow) Vectors.sparse(sparse, 0, sparse.length);
    assertThat(row.getInt(0)).isEqualTo(5);
    assertThat(row.getArray(1).getStruct(1, 2).getInt(0)).isEqualTo(3);
    assertThat(row.getArray(1).getStruct(1, 2).getDouble(1)).isEqualTo(-2);
    byte[] vector = "[1.5,-2]".getBytes(StandardCharsets.US_ASCII);
    assertThat(((ArrayData) Vectors.doubles(vector, 0, vector.length)).toDoubleArray())
        .containsExactly(1.5, -2);
    ByteBuffer point =
        ByteBuffer.allocate(25)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put((byte) 1)
            .putInt(0x20000001)
            .putInt(4326)
            .putDouble(1)
            .putDouble(2);
    InternalRow geometry = (InternalRow) Shapes.extended(point.array(), 0, 25);
    assertThat(geometry.getBinary(0)).isEqualTo(point.array());
    assertThat(geometry.getInt(1)).isEqualTo(4326);
    assertThat(geometry.isNullAt(2)).isTrue();
  }
}
