package io.freshet.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LandingMetadataTest {
  private static final LandingMetadata SAMPLE =
      new LandingMetadata(120, 20, 7, new UUID(1, 2), 1_700_000_000_000L, 1_700_000_000_500L);

  @Test
  void readsBackItsOwnPairsAmongOthers() {
    Map<String, String> pairs = new HashMap<>(SAMPLE.toMap());
    pairs.put("avro.codec", "null");
    assertThat(LandingMetadata.parse(pairs, "k")).isEqualTo(SAMPLE);
  }

  @Test
  void namesTheObjectAndTheMissingPair() {
    Map<String, String> pairs = new HashMap<>(SAMPLE.toMap());
    pairs.remove(LandingMetadata.NEXT);
    assertThatThrownBy(() -> LandingMetadata.parse(pairs, "topics/a/x.avro"))
        .hasMessageContaining("topics/a/x.avro")
        .hasMessageContaining("'freshet-next' is missing");
  }

  @Test
  void namesAPairThatIsNotANumber() {
    Map<String, String> pairs = new HashMap<>(SAMPLE.toMap());
    pairs.put(LandingMetadata.RECORDS, "many");
    assertThatThrownBy(() -> LandingMetadata.parse(pairs, "k"))
        .hasMessageContaining("'freshet-records' is 'many', not a number");
  }
}
