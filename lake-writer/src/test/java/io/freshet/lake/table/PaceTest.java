package io.freshet.lake.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final int PIECES = 4;
  private static final long PIECE_MILLIS = 250;

  @Test
  void aServiceRestsAsLongAsItWorksWhileThereAreCommits() throws Exception {
    long alone = millis();
    long crowded;
    try (Pace.Commit commit = Pace.commit()) {
      assertThat(commit).isNotNull();
      crowded = millis();
    }
    // There is a rest between any two pieces, and none behind the last.
    long rested = (2 * PIECES - 1) * PIECE_MILLIS;
    assertThat(crowded).isGreaterThanOrEqualTo(rested);
    assertThat(alone).isLessThan(rested);
  }

  private static long millis() throws InterruptedException {
    Iterator<Integer> pieces = Pace.of(List.of(1, 2, 3, 4).iterator());
    long began = System.nanoTime();
    for (int piece = 1; piece <= PIECES; piece++) {
      assertThat(pieces.next()).isEqualTo(piece);
      TimeUnit.MILLISECONDS.sleep(PIECE_MILLIS);
    }
    assertThat(pieces.hasNext()).isFalse();
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
  }
}
