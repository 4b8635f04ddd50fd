package io.freshet.connect.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.connect.avro.BadRecordException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders named after times. */
class TimePartitionerTest {
  private static final String HOURLY = "'year'=YYYY/'month'=MM/'day'=dd/'hour'=HH";

  private final TestRecords records = new TestRecords();

  private static String folder(String time, String pattern, String zone, Duration period) {
    TimePartitioner partitioner =
        new TimePartitioner(
            TimestampExtractor.wallclock(Clock.fixed(Instant.parse(time), ZoneOffset.UTC)),
            PathFormat.of(pattern, Locale.ENGLISH),
            ZoneId.of(zone),
            period);
    return partitioner.path(TestRecords.record(null, "any"), null);
  }

  private static Partitioner byField() {
    return new TimePartitioner(
        TimestampExtractor.field("f", Optional.empty()),
        PathFormat.of("YYYY-MM-dd'T'HH", Locale.ENGLISH),
        ZoneOffset.UTC,
        Duration.ofHours(1));
  }

  @ParameterizedTest
  @CsvSource({
    "2015-12-07T15:59:59.999Z, UTC, year=2015/month=12/day=07/hour=15",
    // The week of these days belongs to the other year.
    "2024-12-31T23:00:00Z, UTC, year=2024/month=12/day=31/hour=23",
    "2027-01-01T00:00:00Z, UTC, year=2027/month=01/day=01/hour=00",
    "2024-12-31T23:00:00Z, Asia/Tokyo, year=2025/month=01/day=01/hour=08",
    "2024-12-31T23:00:00Z, +05:30, year=2025/month=01/day=01/hour=04",
    // Clocks go from 2 to 3, and from 3 to 2.
    "2024-03-31T00:59:59Z, Europe/Berlin, year=2024/month=03/day=31/hour=01",
    "2024-03-31T01:00:00Z, Europe/Berlin, year=2024/month=03/day=31/hour=03",
    "2024-10-27T00:30:00Z, Europe/Berlin, year=2024/month=10/day=27/hour=02",
    "2024-10-27T01:30:00Z, Europe/Berlin, year=2024/month=10/day=27/hour=02",
    "2024-10-27T02:00:00Z, Europe/Berlin, year=2024/month=10/day=27/hour=03",
    "1969-12-31T23:30:00Z, UTC, year=1969/month=12/day=31/hour=23"
  })
  void hoursOfLocalTime(String time, String zone, String folder) {
    assertThat(folder(time, HOURLY, zone, Duration.ofHours(1))).isEqualTo(folder);
  }

  @ParameterizedTest
  @CsvSource({
    "2024-10-27T00:30:00Z, Europe/Berlin, P1D, 2024-10-27 00:00",
    "2024-10-27T23:30:00Z, Europe/Berlin, P1D, 2024-10-28 00:00",
    "2024-05-05T10:44:00Z, Asia/Kolkata, PT15M, 2024-05-05 16:00",
    "2024-05-05T10:46:00Z, Asia/Kolkata, PT15M, 2024-05-05 16:15",
    // No midnight on the day that clocks skip it.
    "2018-11-04T12:00:00Z, America/Sao_Paulo, P1D, 2018-11-04 01:00"
  })
  void periodsOfLocalTime(String time, String zone, String period, String folder) {
    assertThat(folder(time, "YYYY-MM-dd HH:mm", zone, Duration.parse(period))).isEqualTo(folder);
  }

  @Test
  void theHourThatComesTwiceIsTwoOffsets() {
    assertThat(folder("2024-10-27T00:30:00Z", "HHZ", "Europe/Berlin", Duration.ofHours(1)))
        .isEqualTo("02+0200");
    assertThat(folder("2024-10-27T01:30:00Z", "HHZ", "Europe/Berlin", Duration.ofHours(1)))
        .isEqualTo("02+0100");
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        // The year and week that 2024-12-31 belongs to, and the calendar's year.
        "YYYY yyyy xxxx-'W'ww-e|2024 2024 2025-W01-2",
        "YY/M/d|24/12/31",
        "EEEE EEE MMMM MMM D|Tuesday Tue December Dec 366",
        "h K k a|5 5 17 PM",
        "''yy'' 'o''clock'|'24' o'clock",
        "/'dt'=YYYY-MM-dd/|dt=2024-12-31",
        "HHmmss.SSS ZZ G|170000.000 +00:00 AD",
        "[YYYY]{MM}#dd|[2024]{12}#31"
      },
      delimiter = '|',
      quoteCharacter = '"')
  void lettersMeanWhatTheyMeanToConfluentsSink(String pattern, String folder) {
    assertThat(folder("2024-12-31T17:05:00Z", pattern, "UTC", Duration.ofHours(1)))
        .isEqualTo(folder);
  }

  @Test
  void namesAreOfTheLocale() {
    assertThat(
            PathFormat.of("MMMM", Locale.FRANCE)
                .format(Instant.parse("2024-08-01T00:00:00Z").atZone(ZoneOffset.UTC)))
        .isEqualTo("août");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "'year'=YYYY/uu", "YYYY//MM", "YYYY/'..'/MM", "C"})
  void refusesWhatIsNoPath(String pattern) {
    assertThatThrownBy(() -> PathFormat.of(pattern, Locale.ENGLISH))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theRecordsTimestamp() {
    Partitioner partitioner =
        new TimePartitioner(
            TimestampExtractor.record(),
            PathFormat.of("YYYYMMdd", Locale.ENGLISH),
            ZoneOffset.UTC,
            Duration.ofDays(1));
    assertThat(partitioner.path(TestRecords.at(1_700_000_000_000L, null, "any"), null))
        .isEqualTo("20231114");
    for (Long none : new Long[] {null, -1L}) {
      SinkRecord record = TestRecords.at(none, null, "any");
      assertThatThrownBy(() -> partitioner.path(record, null))
          .isInstanceOf(BadRecordException.class)
          .hasMessageContaining("the record has no timestamp");
    }
  }

  @Test
  void fieldsOfMessages() {
    Partitioner partitioner = byField();
    Schema number = Schema.create(Schema.Type.LONG);
    assertThat(records.avro(partitioner, number, 1_700_000_000_000L)).isEqualTo("2023-11-14T22");
    assertThat(records.avro(partitioner, Schema.create(Schema.Type.INT), 1_700_000_000))
        .isEqualTo("2023-11-14T22");
    Schema micros = LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
    assertThat(records.avro(partitioner, micros, 1_700_000_000_000_000L))
        .isEqualTo("2023-11-14T22");
    Schema date = LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT));
    assertThat(records.avro(partitioner, date, 19_675)).isEqualTo("2023-11-14T00");
    assertThat(debezium("Timestamp", Schema.Type.LONG, 1_700_000_000_000L))
        .isEqualTo("2023-11-14T22");
    assertThat(debezium("MicroTimestamp", Schema.Type.LONG, 1_700_000_000_000_000L))
        .isEqualTo("2023-11-14T22");
    assertThat(debezium("NanoTimestamp", Schema.Type.LONG, 1_700_000_000_000_000_000L))
        .isEqualTo("2023-11-14T22");
    assertThat(debezium("Date", Schema.Type.INT, 19_675)).isEqualTo("2023-11-14T00");
    assertThat(debezium("ZonedTimestamp", Schema.Type.STRING, "2023-11-14T23:13:20.000001+01:00"))
        .isEqualTo("2023-11-14T22");
  }

  private String debezium(String name, Schema.Type type, Object value) {
    Schema schema = Schema.create(type);
    schema.addProp("connect.name", "io.debezium.time." + name);
    return records.avro(byField(), schema, value);
  }

  @Test
  void fieldsOfDecodedData() {
    Partitioner partitioner = byField();
    assertThat(
            records.struct(partitioner, Timestamp.SCHEMA, new java.util.Date(1_700_000_000_000L)))
        .isEqualTo("2023-11-14T22");
    assertThat(records.map(partitioner, 1_700_000_000_000L)).isEqualTo("2023-11-14T22");
    assertThat(
            records.map(
                new TimePartitioner(
                    TimestampExtractor.field("source.ts", Optional.empty()),
                    PathFormat.of("YYYY", Locale.ENGLISH),
                    ZoneOffset.UTC,
                    Duration.ofDays(1)),
                Map.of("source", Map.of("ts", 1_700_000_000_000L))))
        .isEqualTo("2023");
  }

  @ParameterizedTest
  @CsvSource({
    "2023-11-14T22:13:20Z, 2023-11-14T22",
    "2023-11-14T22:13:20.123456+02:00, 2023-11-14T20",
    "2023-11-14T22:13:20+0200, 2023-11-14T20",
    "2023-11-14T22:13:20+02:00[Europe/Helsinki], 2023-11-14T20",
    "2023-11-14 22:13, 2023-11-14T22",
    "2023-11-14, 2023-11-14T00",
    "2023-11, 2023-11-01T00"
  })
  void textsAreIso8601(String text, String folder) {
    assertThat(records.map(byField(), text)).isEqualTo(folder);
  }

  @Test
  void whatIsNoMomentIsABadRecord() {
    assertThatThrownBy(() -> records.map(byField(), "yesterday"))
        .isInstanceOf(BadRecordException.class)
        .hasMessageContaining(
            "moma.t-3, offset 42: field 'f' is 'yesterday', which is no moment that a folder can be"
                + " told by");
    assertThatThrownBy(() -> debezium("MicroTime", Schema.Type.LONG, 5L))
        .isInstanceOf(BadRecordException.class)
        .hasMessageContaining("it is no moment");
    assertThatThrownBy(() -> records.map(byField(), (Object) null))
        .isInstanceOf(BadRecordException.class)
        .hasMessageContaining("field 'f' is null, so the record has no time");
    Partitioner inTokyo =
        new TimePartitioner(
            TimestampExtractor.field("f", Optional.empty()),
            PathFormat.of("YYYY", Locale.ENGLISH),
            ZoneId.of("Asia/Tokyo"),
            Duration.ofHours(1));
    assertThatThrownBy(() -> records.map(inTokyo, Long.MAX_VALUE))
        .isInstanceOf(BadRecordException.class)
        .hasMessageContaining("can't be written as path.format says");
  }
}
