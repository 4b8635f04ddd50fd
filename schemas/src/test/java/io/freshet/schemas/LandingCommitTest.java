package io.freshet.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LandingCommitTest {
  @Test
  void keysLieInAFolderOfTheTopic() {
    String key = LandingCommit.key("topics", "moma.t", 3, 42);
    assertThat(key).isEqualTo("topics/moma.t/_commits/3/00000000000000000042.json");
    assertThat(key).startsWith(LandingCommit.topicPrefix("topics", "moma.t"));
    assertThat(LandingCommit.isKey("topics", key)).isTrue();
    assertThat(LandingCommit.position("topics", key)).isEqualTo(42);
  }

  @ParameterizedTest
  @CsvSource({
    "t/partition=0/t+0+00000000000000000042+6f0c3bd8-58f4-4c8c-9d0e-2b8f1f4f7a11-0.avro, true",
    "t/a=b/t+0+00000000000000000042+6f0c3bd8-58f4-4c8c-9d0e-2b8f1f4f7a11-12.keys.avro, true",
    "t/partition=0/t+0+00000000000000000042.avro, false",
    "t/partition=0/t+0+00000000000000000042.avro-6f0c3bd8-58f4-4c8c-9d0e-2b8f1f4f7a11, false",
    "t/_commits/0/00000000000000000042.json, false"
  })
  void dataFilesAreKnownByTheirNames(String key, boolean isData) {
    assertThat(LandingCommit.isDataKey(key)).isEqualTo(isData);
  }
}
