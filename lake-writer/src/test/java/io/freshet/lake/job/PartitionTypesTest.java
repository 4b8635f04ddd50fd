package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.ServicesConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.TableServices;
import io.freshet.lake.table.TableSpec;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Partitions are told by values of any type. */
class PartitionTypesTest extends JobFixture {
  /** Values that Hudi writes into paths in ways of its own. */
  @ParameterizedTest
  @EnumSource(TableType.class)
  void partitionsOfAllTypes(TableType type) throws Exception {
    Schema schema =
        TestLog.artist(
            SchemaBuilder.record("Value")
                .fields()
                .name("day")
                .type(
                    Schema.createUnion(
                        Schema.create(Schema.Type.NULL),
                        new Schema.Parser()
                            .parse(
                                "{\"type\":\"int\",\"connect.name\":\"io.debezium.time.Date\"}")))
                .noDefault()
                .name("at")
                .type(
                    Schema.createUnion(
                        Schema.create(Schema.Type.NULL),
                        new Schema.Parser()
                            .parse(
                                "{\"type\":\"long\",\"connect.name\":\"io.debezium.time.MicroTimestamp\"}")))
                .noDefault()
                .optionalBoolean("flag"));
    TableConfig base =
        table("t", type, List.of("day", "at", "flag", "nationality"), DeleteMode.SOFT);
    String[] texts = {"a/b=c %2F", "", null, "é ü", "__HIVE_DEFAULT_PARTITION__", "", "x"};
    for (int round = 0; round < texts.length; round++) {
      log.change(
          schema,
          "u",
          1,
          "N" + round,
          texts[round],
          1,
          null,
          new HashMap<>(Map.of("day", 19_000, "at", 1_700_000_000_000_000L, "flag", true)));
      log.change(schema, "u", 2, "N" + round, "x", 1, null, Map.of("day", 19_000 + round / 2));
      log.change(
          schema,
          "u",
          3,
          "N" + round,
          "x",
          1,
          null,
          Map.of("at", 1_700_000_000_000_001L + round / 2));
      log.change(schema, "u", 4, "N" + round, "x", 1, null, Map.of("flag", round % 3 == 1));
      log.land();
      ingest(base);
      assertThat(names(base))
          .as("round %d", round)
          .containsExactly("1=N" + round, "2=N" + round, "3=N" + round, "4=N" + round);
    }
    List<String> last = names(base);
    HudiTable table =
        new HudiTable(spark, new TableSpec(base, location(base), List.of("artist_id")));
    new TableServices(table, Clock.systemUTC(), ServicesConfig.DEFAULTS, table::betweenCommits)
        .runAll();
    assertThat(names(base)).as("with its logs merged").isEqualTo(last);
  }

  private List<String> names(TableConfig table) {
    return spark
        .read()
        .format("hudi")
        .load(location(table))
        .orderBy("artist_id")
        .select("artist_id", "name")
        .collectAsList()
        .stream()
        .map(row -> row.mkString("="))
        .toList();
  }
}
