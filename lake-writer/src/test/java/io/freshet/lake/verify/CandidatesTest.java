package io.freshet.lake.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is a difference, and what only looks like one while rows change. */
class CandidatesTest {
  private final Candidates candidates = new Candidates();

  private static Candidates.Found found(String source, String lake) {
    return new Candidates.Found(version(source), version(lake), false);
  }

  @Test
  void aRowThatPostgresqlHadMeanwhileIsSettled() {
    candidates.add(Map.of("a", found("1:x", "9:y")));
    candidates.look(Map.of("a", new Candidates.Found(version("3:z"), version("9:y"), true)));
    assertThat(candidates.open()).isEmpty();
    assertThat(candidates.differences()).isEmpty();
  }

  /** {@code identity:text}; empty for no row. */
  private static Optional<RowVersion> version(String row) {
    return row.isEmpty()
        ? Optional.empty()
        : Optional.of(new RowVersion(row.split(":")[0], row.split(":")[1]));
  }

  @Test
  void aKeyThatIsEqualOnceIsSettled() {
    candidates.add(Map.of("a", found("1:x", "1:x"), "b", found("1:x", "2:y")));
    assertThat(candidates.open()).containsExactly("b");
    candidates.look(Map.of("b", found("3:z", "4:z")));
    assertThat(candidates.open()).isEmpty();
    assertThat(candidates.differences()).isEmpty();
  }

  @Test
  void theSameVersionsTwiceAreADifference() {
    candidates.add(
        Map.of(
            "missing", found("1:x", ""), "extra", found("", "1:x"), "other", found("1:x", "2:y")));
    candidates.look(
        Map.of(
            "missing", found("1:x", ""), "extra", found("", "1:x"), "other", found("1:x", "2:y")));
    assertThat(candidates.differences().keySet()).containsExactly("extra", "missing", "other");
    assertThat(candidates.open()).isEmpty();
  }

  @Test
  void aRowThatIsWrittenAnewIsNoneEvenWithTheSameValues() {
    candidates.add(Map.of("a", found("1:x", "9:y")));
    candidates.look(Map.of("a", found("2:x", "9:y")));
    candidates.look(Map.of("a", found("2:x", "10:y")));
    assertThat(candidates.differences()).isEmpty();
    assertThat(candidates.open()).containsExactly("a");
    candidates.look(Map.of("a", found("2:x", "10:y")));
    assertThat(candidates.differences()).containsOnlyKeys("a");
  }

  @Test
  void aRowThatComesAndGoesIsNone() {
    candidates.add(Map.of("a", found("", "5:x")));
    candidates.look(Map.of("a", found("", "7:x")));
    assertThat(candidates.open()).containsExactly("a");
    candidates.look(Map.of("a", found("", "")));
    assertThat(candidates.open()).isEmpty();
    assertThat(candidates.differences()).isEmpty();
  }
}
