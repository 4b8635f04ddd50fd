package io.freshet.connect.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.connect.AvroMessages;
import io.freshet.connect.avro.EncodedRecord;
import io.freshet.connect.avro.LandedSchema;
import io.freshet.connect.avro.SchemaId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.connect.json.DecimalFormat;
import org.junit.jupiter.api.Test;

class ExactReaderTest {
  @Test
  void numbersInArraysKeepAllTheirDigits() {
    Schema schema =
        SchemaBuilder.record("R")
            .fields()
            .name("doubles")
            .type()
            .array()
            .items()
            .doubleType()
            .noDefault()
            .name("longs")
            .type()
            .array()
            .items()
            .longType()
            .noDefault()
            .name("floats")
            .type()
            .array()
            .items()
            .floatType()
            .noDefault()
            .endRecord();
    byte[] body =
        AvroMessages.body(
            schema,
            new GenericRecordBuilder(schema)
                .set("doubles", List.of(0.1, Math.PI, 1e300))
                .set("longs", List.of(Long.MAX_VALUE, 9_007_199_254_740_993L))
                .set("floats", List.of(0.1f))
                .build());
    LandedSchema landed = LandedSchema.of(new SchemaId(SchemaId.Kind.CONTENT, 1), schema);
    assertThat(
            new String(
                new AvroJson(DecimalFormat.NUMERIC)
                    .value(new EncodedRecord(landed, body, 0, body.length)),
                StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"doubles\":[0.1,3.141592653589793,1.0E300],"
                + "\"longs\":[9223372036854775807,9007199254740993],\"floats\":[0.1]}");
  }
}
