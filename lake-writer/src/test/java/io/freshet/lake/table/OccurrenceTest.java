package io.freshet.lake.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether the bytes of a log hold the placeholder of a value that the source did not log. */
class OccurrenceTest {
  private static final String TEXT = "__debezium_unavailable_value";
  private static final byte[] PLACEHOLDER = TEXT.getBytes(StandardCharsets.US_ASCII);
  private static final int SIZE = (2 << 20) + 100;

  /** Among them those where one read ends and the next one begins. */
  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        (1 << 20) - 28,
        (1 << 20) - 27,
        (1 << 20) - 1,
        1 << 20,
        (2 << 20) - 28,
        (2 << 20) - 14,
        SIZE - 28
      })
  void isFoundWhereverItBegins(int position) throws IOException {
    byte[] log = log();
    System.arraycopy(PLACEHOLDER, 0, log, position, PLACEHOLDER.length);
    assertThat(holds(log)).isTrue();
    log[position + 13]++;
    assertThat(holds(log)).isFalse();
  }

  @Test
  void isNotFoundWhereItIsNot() throws IOException {
    assertThat(holds(new byte[0])).isFalse();
    assertThat(holds(log())).isFalse();
    assertThat(holds(Arrays.copyOf(PLACEHOLDER, PLACEHOLDER.length - 1))).isFalse();
  }

  @Test
  void isFoundBehindAPartOfItself() throws IOException {
    for (int part = 1; part < TEXT.length(); part++) {
      String bytes = TEXT.substring(0, part) + TEXT.substring(part / 2, part) + TEXT;
      assertThat(holds(bytes.getBytes(StandardCharsets.US_ASCII))).as(bytes).isTrue();
    }
  }

  /** Bytes of which some are no ASCII, and some begin as the placeholder does. */
  private static byte[] log() {
    byte[] log = new byte[SIZE];
    for (int i = 0; i < log.length; i++) {
      log[i] = i % 3 == 0 ? (byte) '_' : (byte) (i * 31);
    }
    return log;
  }

  private static boolean holds(byte[] log) throws IOException {
    return new Occurrence(TEXT).in(new ByteArrayInputStream(log));
  }
}
