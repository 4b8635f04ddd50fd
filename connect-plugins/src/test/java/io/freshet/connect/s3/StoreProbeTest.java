package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What validation says of a store that would refuse what landing does. */
class StoreProbeTest extends StoreFixture {
  private static final int ALWAYS = Integer.MAX_VALUE;
  private static final String PROBE = "/topics/_freshet_probe/";

  @AfterEach
  void nothingIsLeft() {
    assertThat(s3.keys("topics/_freshet_probe/")).isEmpty();
    assertThat(s3.client().listMultipartUploads(r -> r.bucket(s3.bucket())).uploads()).isEmpty();
  }

  private static void assertError(
      Map<String, List<String>> errors, String property, String... parts) {
    assertThat(errors).containsOnlyKeys(property);
    assertThat(errors.get(property)).singleElement().asString().contains(parts);
  }

  @Test
  void allThatLandingDoesIsTriedUnderTheProbesFolder() {
    assertThat(errors()).isEmpty();
    assertThat(recording.requests().stream().map(RecordingS3.Request::kind))
        .containsExactly(
            "GET list",
            "PUT",
            "HEAD",
            "PUT",
            "POST uploads",
            "PUT part",
            "POST upload",
            "DELETE upload",
            "DELETE");
    assertThat(recording.requests())
        .filteredOn(request -> !request.kind().equals("GET list"))
        .allSatisfy(request -> assertThat(request.uri().getPath()).contains(PROBE));
    assertThat(recording.requests("PUT"))
        .allSatisfy(request -> assertThat(request.header("if-none-match")).isEqualTo("*"));
  }

  @ParameterizedTest
  @CsvSource({
    "GET list, may not list bucket, s3:ListBucket",
    "PUT, may not write to bucket, 's3:PutObject, s3:AbortMultipartUpload'",
    "HEAD, may not read from bucket, s3:GetObject",
    "DELETE, may not delete from bucket, s3:DeleteObject"
  })
  void aDeniedStepNamesItsPermission(String kind, String says, String permission) {
    // A denied HEAD or DELETE is tried, then the object is taken away.
    recording.refuse(kind, 1, 403, "AccessDenied", "Access Denied");
    assertError(
        errors(),
        "s3.bucket.name",
        "the credentials " + says,
        "grant them " + permission + " there");
    s3.keys("topics/_freshet_probe/")
        .forEach(left -> s3.client().deleteObject(r -> r.bucket(s3.bucket()).key(left)));
  }

  @Test
  void aDeniedPutNamesWhatTheOptionsNeed() {
    recording.refuse("PUT", ALWAYS, 403, "AccessDenied", "Access Denied");
    assertError(
        errors("s3.acl.canned", "private", "s3.object.tags", "team=lake"),
        "s3.bucket.name",
        "s3:PutObjectAcl, s3:PutObjectTagging there");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "404; NoSuchBucket; gone; s3.bucket.name; does not exist; create it",
        "403; InvalidAccessKeyId; no; aws.access.key.id; does not know the access key; correct",
        "403; SignatureDoesNotMatch; no; aws.secret.access.key; does not accept the secret; correct",
        "400; ExpiredToken; old; s3.credentials.provider.class; does not accept the session; correct",
        "403; RequestTimeTooSkewed; 20 minutes; s3.bucket.name; the clock of this worker; NTP"
      })
  void aRefusalIsOfOneProperty(
      int status, String code, String message, String property, String says, String fix) {
    recording.refuse("GET list", ALWAYS, status, code, message);
    assertError(errors(), property, says, fix);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "400; KMS.NotFoundException; no such key",
        "400; KMS.DisabledException; key is disabled",
        "403; AccessDenied; User is not authorized to perform: kms:GenerateDataKey on resource"
      })
  void aKeyThatCantBeUsedIsNamed(int status, String code, String message) {
    recording.refuse("PUT", ALWAYS, status, code, message);
    assertError(
        errors("s3.ssea.name", "aws:kms", "s3.sse.kms.key.id", "some-key"),
        "s3.sse.kms.key.id",
        code,
        "the credentials need kms:GenerateDataKey and kms:Decrypt");
  }

  @ParameterizedTest
  @CsvSource({
    "AccessControlListNotSupported, s3.acl.canned, take s3.acl.canned out",
    "InvalidStorageClass, s3.storage.class, choose another",
    "InvalidTag, s3.object.tags, correct s3.object.tags",
    "InvalidEncryptionAlgorithmError, s3.ssea.name, correct s3.ssea.name"
  })
  void anOptionThatTheBucketDoesNotTakeIsNamed(String code, String property, String fix) {
    recording.refuse("PUT", ALWAYS, 400, code, "as told");
    assertError(
        errors("s3.acl.canned", "public-read", "s3.storage.class", "SNOW"),
        property,
        "HTTP 400 " + code,
        fix);
  }

  @Test
  void theRightRegionIsNamed() {
    recording.refuse(
        "GET list",
        1,
        301,
        "PermanentRedirect",
        "elsewhere",
        Map.of("x-amz-bucket-region", "eu-central-1"));
    assertError(errors(), "s3.region", "lies in another region", "set s3.region=eu-central-1");
    recording.forget();
    recording.refuse(
        "GET list",
        ALWAYS,
        400,
        "AuthorizationHeaderMalformed",
        "the region 'us-east-1' is wrong; expecting 'eu-west-3'");
    assertError(errors(), "s3.region", "set s3.region=eu-west-3");
  }

  @Test
  void aStoreWithoutConditionsIsRefusedUnlessTheyAreOff() {
    recording.refuse("PUT", ALWAYS, 501, "NotImplemented", "no If-None-Match");
    assertError(
        errors(),
        "s3.conditional.writes",
        "does not keep If-None-Match",
        "HTTP 501 NotImplemented",
        "set s3.conditional.writes=false");
  }

  @Test
  void aStoreThatIgnoresConditionsIsRefusedUnlessTheyAreOff() throws Exception {
    try (RecordingS3 ignoring = new RecordingS3(s3.endpoint(), "if-none-match")) {
      String[] store = {"store.url", ignoring.url()};
      assertError(
          errors(store), "s3.conditional.writes", "it overwrote an object with a second PUT");
      assertThat(errors("store.url", ignoring.url(), "s3.conditional.writes", "false")).isEmpty();
    }
  }

  @Test
  void aStoreThatIgnoresTheConditionOfAnUploadInPartsIsRefused() {
    recording.forwardWithout("POST upload", "if-none-match");
    assertError(
        errors(),
        "s3.conditional.writes",
        "it overwrote an object when an upload in parts was completed");
  }

  @Test
  void aProbeDoesNotWaitForAllTheRetriesThatLandingHas() {
    recording.refuse("GET list", ALWAYS, 503, "SlowDown", "later");
    assertThat(errors("s3.part.retries", "1000", "s3.retry.backoff.ms", "60000")).isNotEmpty();
    assertThat(recording.requests("GET list")).hasSize(4);
  }
}
