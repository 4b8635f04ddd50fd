package io.freshet.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LandingKeyTest {

  @Test
  void keyNamesTopicPartitionAndStart() {
    assertThat(new LandingKey("topics", "moma.public.artists", 3, 15094, "avro").key())
        .isEqualTo(
            "topics/moma.public.artists/partition=3/"
                + "moma.public.artists+3+00000000000000015094.avro");
  }

  @Test
  void lexicalOrderIsPositionOrder() {
    List<String> keys =
        List.of(9L, 10L, 99L, 100L, Long.MAX_VALUE).stream()
            .map(position -> new LandingKey("t", "a", 0, position, "avro").key())
            .toList();
    assertThat(keys).isSorted();
  }

  @Test
  void listFromStandsBetweenTheFilesBeforeAndTheFileAtAPosition() {
    String from = LandingKey.listFrom("t", "a", 0, 100);
    assertThat(new LandingKey("t", "a", 0, 99, "avro").key()).isLessThan(from);
    assertThat(new LandingKey("t", "a", 0, 100, "avro").key()).isGreaterThan(from);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "topics", "deep/er/topics"})
  void parsesWhatItWrites(String topicsDir) {
    LandingKey key = new LandingKey(topicsDir, "moma.public.artists", 12, 7, "snappy.avro");
    assertThat(LandingKey.parse(topicsDir, key.key())).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "topics/a/partition=0/a+0+7.avro",
        "topics/a/partition=1/a+0+00000000000000000007.avro",
        "topics/b/partition=0/a+0+00000000000000000007.avro",
        "other/a/partition=0/a+0+00000000000000000007.avro",
        "topics/a/partition=0/a+0+99999999999999999999.avro",
        "topics/a/_commits/0/00000000000000000007.json",
      })
  void refusesOtherKeysAndNamesThem(String key) {
    assertThatThrownBy(() -> LandingKey.parse("topics", key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(key)
        .hasMessageContaining("topics/<topic>/partition=<p>/");
  }

  @Test
  void refusesATopicsDirThatWouldGiveDoubleSlashes() {
    assertThatThrownBy(() -> new LandingKey("/topics", "a", 0, 0, "avro"))
        .hasMessageContaining("topics.dir '/topics'");
  }
}
