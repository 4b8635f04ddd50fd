package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.connect.s3.RecordingS3.Request;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every object is given: encryption, access, class and tags. */
class ObjectHeadersTest extends StoreFixture {
  private static final String SSE = "x-amz-server-side-encryption";

  /** 32 characters in Base64, and their MD5. */
  private static final String CUSTOMER_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

  private static final String KEY_MD5 = "hRasmdxgYDKV3nvbahU1MA==";

  /** The requests that make an object: one PUT, and the start of an upload in parts. */
  private List<Request> puts(String... overrides) throws Exception {
    try (S3ObjectStore store = store(overrides)) {
      assertThat(put(store, 10)).isTrue();
      store.delete(key);
      assertThat(put(store, PART_BYTES + 1)).isTrue();
    }
    return List.of(recording.only("PUT"), recording.only("POST uploads"));
  }

  @Test
  void nothingIsSaidUnlessItIsAskedFor() throws Exception {
    assertThat(puts())
        .allSatisfy(
            request ->
                assertThat(request.headers())
                    .doesNotContainKeys(SSE, "x-amz-acl", "x-amz-storage-class", "x-amz-tagging"));
  }

  @ParameterizedTest
  @CsvSource({"AES256,", "aws:kms,", "aws:kms, some-key", "aws:kms:dsse, some-key"})
  void encryptionIsAskedFor(String algorithm, String keyId) throws Exception {
    String given = keyId == null ? "" : keyId;
    assertThat(puts("s3.ssea.name", algorithm, "s3.sse.kms.key.id", given))
        .allSatisfy(
            request -> {
              assertThat(request.header(SSE)).isEqualTo(algorithm);
              assertThat(request.header(SSE + "-aws-kms-key-id")).isEqualTo(keyId);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AES256"})
  void theCustomersKeyGoesWithEveryRequestAboutAnObject(String algorithm) throws Exception {
    try (S3ObjectStore store =
        store("s3.ssea.name", algorithm, "s3.sse.customer.key", CUSTOMER_KEY)) {
      put(store, 10);
      assertThat(store.metadata(key)).isPresent();
      store.delete(key);
      put(store, PART_BYTES + 1);
    }
    for (String kind : List.of("PUT", "HEAD", "POST uploads", "PUT part", "POST upload")) {
      assertThat(recording.requests(kind))
          .as(kind)
          .isNotEmpty()
          .allSatisfy(
              request -> {
                assertThat(request.header(SSE + "-customer-algorithm")).isEqualTo("AES256");
                assertThat(request.header(SSE + "-customer-key")).isEqualTo(CUSTOMER_KEY);
                assertThat(request.header(SSE + "-customer-key-md5")).isEqualTo(KEY_MD5);
                assertThat(request.header(SSE)).isNull();
              });
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "private",
        "public-read",
        "public-read-write",
        "authenticated-read",
        "aws-exec-read",
        "bucket-owner-read",
        "bucket-owner-full-control"
      })
  void everyCannedAclIsAskedFor(String acl) throws Exception {
    assertThat(puts("s3.acl.canned", acl))
        .allSatisfy(request -> assertThat(request.header("x-amz-acl")).isEqualTo(acl));
  }

  @ParameterizedTest
  @ValueSource(strings = {"STANDARD_IA", "INTELLIGENT_TIERING", "GLACIER_IR"})
  void theStorageClassIsAskedFor(String storageClass) throws Exception {
    assertThat(puts("s3.storage.class", storageClass))
        .allSatisfy(
            request -> assertThat(request.header("x-amz-storage-class")).isEqualTo(storageClass));
  }

  @Test
  void tagsOfEveryObject() throws Exception {
    assertThat(puts("s3.object.tags", "team=lake, cost centre=a/b"))
        .allSatisfy(
            request ->
                assertThat(tags(request))
                    .containsOnly(Map.entry("team", "lake"), Map.entry("cost centre", "a/b")));
  }

  private static Map<String, String> tags(Request request) {
    return Arrays.stream(request.header("x-amz-tagging").split("&"))
        .map(pair -> pair.split("=", 2))
        .collect(
            Collectors.toMap(
                pair -> URLDecoder.decode(pair[0], StandardCharsets.UTF_8),
                pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "s3.ssea.name; rot13; s3.ssea.name; AES256",
        "s3.sse.kms.key.id; some-key; s3.sse.kms.key.id; needs s3.ssea.name=aws:kms",
        "s3.sse.customer.key; bm90IDMyIGJ5dGVz; s3.sse.customer.key; it is of 12 bytes",
        "s3.sse.customer.key; no!base64; s3.sse.customer.key; it is not Base64",
        "s3.acl.canned; log-delivery-write; s3.acl.canned; must be one of authenticated-read",
        "s3.storage.class; FLOPPY; s3.storage.class; must be one of DEEP_ARCHIVE",
        "s3.object.tags; team; s3.object.tags; write key=value",
        "s3.object.tags; a=1,a=2; s3.object.tags; tag 'a' is given twice",
        "s3.object.tags; a=,b=,c=,d=,e=,f=,g=,h=,i=,j=,k=; s3.object.tags; 11 tags; S3 allows 10"
      })
  void aValueThatCantBeIsNamed(String property, String value, String at, String says) {
    Map<String, List<String>> errors = errors(property, value);
    assertThat(errors).containsOnlyKeys(at);
    assertThat(errors.get(at)).singleElement().asString().contains(says);
  }

  @Test
  void aCustomersKeyIsNoOtherEncryptionAndNoPartOfAMessage() {
    Map<String, List<String>> errors =
        errors("s3.ssea.name", "aws:kms", "s3.sse.customer.key", CUSTOMER_KEY);
    assertThat(errors).containsOnlyKeys("s3.sse.customer.key");
    assertThat(errors.toString())
        .contains("can't be used with s3.ssea.name=aws:kms")
        .doesNotContain(CUSTOMER_KEY);
    String wrong = "c2VjcmV0";
    assertThat(errors("s3.sse.customer.key", wrong).toString()).doesNotContain(wrong);
    assertThat(S3SinkConfig.parse(properties("s3.sse.customer.key", CUSTOMER_KEY)).toString())
        .doesNotContain(CUSTOMER_KEY);
  }

  @Test
  void aTagOfTheOffsetsCantBeSetTwice() {
    assertThatThrownBy(
            () ->
                S3SinkConfig.parse(
                    properties("s3.object.tagging", "true", "s3.object.tags", "endOffset=1")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("tag 'endOffset' is one of those that s3.object.tagging=true sets");
  }

  @Test
  void theProbeAsksForAllOfIt() {
    assertThat(
            errors(
                "s3.ssea.name", "aws:kms",
                "s3.acl.canned", "bucket-owner-full-control",
                "s3.storage.class", "STANDARD_IA",
                "s3.object.tagging", "true",
                "s3.object.tagging.key.value.pairs", "team:lake"))
        .isEmpty();
    assertThat(recording.requests("PUT"))
        .isNotEmpty()
        .allSatisfy(
            request -> {
              assertThat(request.header(SSE)).isEqualTo("aws:kms");
              assertThat(request.header("x-amz-acl")).isEqualTo("bucket-owner-full-control");
              assertThat(request.header("x-amz-storage-class")).isEqualTo("STANDARD_IA");
              assertThat(tags(request))
                  .containsOnlyKeys("startOffset", "endOffset", "recordCount", "team");
            });
  }
}
