package io.freshet.connect.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.connect.AvroMessages;
import io.freshet.connect.TestRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PassThroughEncoderTest {
  private static final byte[] BODY =
      AvroMessages.body(AvroMessages.ROW, AvroMessages.row(299, "Gerhard"));

  private TestRegistry registry;

  @BeforeEach
  void start() throws Exception {
    registry = new TestRegistry().content(5, AvroMessages.ROW).global(9, AvroMessages.ROW);
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void fourByteContentId() {
    assertLanded(
        encoder(IdFormat.CONTENT_ID_4).encode(record(AvroMessages.framed(5, BODY))),
        "content id 5");
  }

  @Test
  void eightByteContentId() {
    assertLanded(
        encoder(IdFormat.CONTENT_ID_8).encode(record(AvroMessages.framed(5L, BODY))),
        "content id 5");
  }

  @Test
  void fourByteGlobalId() {
    assertLanded(
        encoder(IdFormat.GLOBAL_ID_4).encode(record(AvroMessages.framed(9, BODY))), "global id 9");
  }

  @Test
  void eightByteGlobalId() {
    assertLanded(
        encoder(IdFormat.GLOBAL_ID_8).encode(record(AvroMessages.framed(9L, BODY))), "global id 9");
  }

  @Test
  void idsInHeadersWhateverTheFormat() {
    SinkRecord content = record(BODY);
    content.headers().addBytes("apicurio.value.contentId", id(5));
    content
        .headers()
        .addBytes("apicurio.value.encoding", "BINARY".getBytes(StandardCharsets.US_ASCII));
    SinkRecord global = record(BODY);
    global.headers().addBytes("apicurio.value.globalId", id(9));
    assertLanded(encoder(IdFormat.CONTENT_ID_4).encode(content), "content id 5");
    assertLanded(encoder(IdFormat.CONTENT_ID_4).encode(global), "global id 9");
  }

  @Test
  void headersThatAreNoBytesNameTheConverter() {
    SinkRecord record = record(BODY);
    record.headers().addString("apicurio.value.contentId", "\0\0\0\0\0\0\0\5");
    assertThatThrownBy(() -> encoder(IdFormat.CONTENT_ID_4).encode(record))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("moma-3, offset 17: header 'apicurio.value.contentId'")
        .hasMessageContaining("header.converter=org.apache.kafka.connect.converters.ByteArray");
  }

  @Test
  void jsonEncodingIsRefused() {
    SinkRecord record = record(BODY);
    record.headers().addBytes("apicurio.value.contentId", id(5));
    record
        .headers()
        .addBytes("apicurio.value.encoding", "JSON".getBytes(StandardCharsets.US_ASCII));
    assertBad(record, "JSON encoding");
  }

  @Test
  void aSchemaIsFetchedOnce() {
    PassThroughEncoder encoder = encoder(IdFormat.CONTENT_ID_4);
    EncodedRecord first = encoder.encode(record(AvroMessages.framed(5, BODY)));
    EncodedRecord second = encoder.encode(record(AvroMessages.framed(5, BODY)));
    assertThat(second.schema()).isSameAs(first.schema());
    assertThat(registry.requests()).containsExactly("/apis/ccompat/v7/schemas/ids/5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "/apis/ccompat/v7", "/apis/ccompat/v7/", "/apis/registry/v2"})
  void urlMayBeTheBaseOrAnApis(String suffix) throws Exception {
    SchemaRegistry client = new SchemaRegistry(registry.url() + suffix);
    assertThat(client.schema(new SchemaId(SchemaId.Kind.CONTENT, 5)).id().id()).isEqualTo(5);
    assertThat(client.schema(new SchemaId(SchemaId.Kind.GLOBAL, 9)).id().id()).isEqualTo(9);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "registry:8081", "ftp://registry", "http://user:secret@registry"})
  void otherUrlsAreRefusedWithoutEchoingThem(String url) {
    assertThatThrownBy(() -> new SchemaRegistry(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("must be an http or https URL without a user name");
  }

  @Test
  void badMagic() {
    byte[] message = AvroMessages.framed(5, BODY);
    message[0] = 0x7b;
    assertBad(record(message), "the value begins with byte 0x7b, not with the 0x00");
  }

  @Test
  void shorterThanItsPrefix() {
    assertBad(record(new byte[] {0, 0, 0}), "the value has 3 bytes, fewer than the 5");
  }

  @Test
  void unknownId() {
    assertBad(record(AvroMessages.framed(404, BODY)), "has no schema with content id 404");
  }

  @Test
  void truncatedBody() {
    byte[] message = AvroMessages.framed(5, BODY);
    SinkRecord truncated = record(Arrays.copyOf(message, message.length - 1));
    assertBad(truncated, "the Avro body is truncated");
    assertThat(
            new PassThroughEncoder(new SchemaRegistry(registry.url()), IdFormat.CONTENT_ID_4, false)
                .encode(truncated)
                .length())
        .as("avro.validate=false lets it pass")
        .isEqualTo(BODY.length - 1);
  }

  @Test
  void otherSchemaTypesAndReferencesAreRefused() {
    registry.content(6, Map.of("schemaType", "PROTOBUF", "schema", "message A {}"));
    registry.content(
        7, Map.of("schema", "\"Other\"", "references", List.of(Map.of("name", "Other"))));
    registry.content(8, Map.of("schema", "{\"type\": \"recrd\"}"));
    assertBad(record(AvroMessages.framed(6, BODY)), "is PROTOBUF, not Avro");
    assertBad(record(AvroMessages.framed(7, BODY)), "refers to other artifacts");
    assertBad(record(AvroMessages.framed(8, BODY)), "is not a whole Avro schema");
  }

  @Test
  void aDecodedValueNamesTheConverter() {
    assertThatThrownBy(() -> encoder(IdFormat.CONTENT_ID_4).encode(record(Map.of("id", 1))))
        .isInstanceOf(ConnectException.class)
        .isNotInstanceOf(BadRecordException.class)
        .hasMessageContaining("moma-3, offset 17: the value is a")
        .hasMessageContaining(
            "set value.converter=org.apache.kafka.connect.converters.ByteArrayConverter");
  }

  @Test
  void aRegistryThatFailsForAWhileIsRetriable() {
    PassThroughEncoder encoder = encoder(IdFormat.CONTENT_ID_4);
    SinkRecord record = record(AvroMessages.framed(5, BODY));
    registry.fail(503);
    assertThatThrownBy(() -> encoder.encode(record))
        .isInstanceOf(RetriableException.class)
        .hasMessageContaining("HTTP 503");
    assertThat(registry.requests()).as("bounded tries").hasSize(3);
    registry.fail(200);
    assertLanded(encoder.encode(record), "content id 5");
    registry.close();
    assertThatThrownBy(() -> encoder.encode(record(AvroMessages.framed(6, BODY))))
        .isInstanceOf(RetriableException.class)
        .hasMessageContaining("the registry at " + registry.url() + " can't be reached");
  }

  @Test
  void aRegistryThatRefusesIsFatal() {
    registry.fail(401);
    assertThatThrownBy(
            () -> encoder(IdFormat.CONTENT_ID_4).encode(record(AvroMessages.framed(5, BODY))))
        .isInstanceOf(ConnectException.class)
        .isNotInstanceOf(RetriableException.class)
        .isNotInstanceOf(BadRecordException.class)
        .hasMessageContaining("HTTP 401");
  }

  private void assertBad(SinkRecord record, String reason) {
    assertThatThrownBy(() -> encoder(IdFormat.CONTENT_ID_4).encode(record))
        .isInstanceOf(BadRecordException.class)
        .hasMessageStartingWith("moma-3, offset 17: ")
        .hasMessageContaining(reason);
  }

  private static void assertLanded(EncodedRecord encoded, String id) {
    assertThat(encoded.schema().id()).hasToString(id);
    assertThat(
            Arrays.copyOfRange(
                encoded.bytes(), encoded.start(), encoded.start() + encoded.length()))
        .isEqualTo(BODY);
  }

  private PassThroughEncoder encoder(IdFormat format) {
    return new PassThroughEncoder(new SchemaRegistry(registry.url()), format, true);
  }

  private static byte[] id(long id) {
    return ByteBuffer.allocate(Long.BYTES).putLong(id).array();
  }

  private static SinkRecord record(Object value) {
    return new SinkRecord(
        "moma",
        3,
        null,
        null,
        null,
        value,
        17,
        1L,
        TimestampType.CREATE_TIME,
        new ConnectHeaders());
  }
}
