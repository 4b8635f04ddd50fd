package io.freshet.lake.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.LakeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a driver prints is read exactly, or not at all. */
class JdbcTextsTest {
  @Test
  void readsMoments() {
    assertThat(JdbcTexts.timestamp("2021-03-28 02:30:00.123456", "c"))
        .isEqualTo(Instant.parse("2021-03-28T02:30:00.123456Z"));
    assertThat(JdbcTexts.timestamp("2021-03-28 02:30:00+00", "c"))
        .isEqualTo(Instant.parse("2021-03-28T02:30:00Z"));
    assertThat(JdbcTexts.timestamp("12021-01-01 00:00:00.0", "c"))
        .isEqualTo(Instant.parse("+12021-01-01T00:00:00Z"));
    assertThat(JdbcTexts.timestamp("0044-03-15 12:00:00 BC", "c"))
        .isEqualTo(Instant.parse("-0043-03-15T12:00:00Z"));
    assertThat(JdbcTexts.timestamp("infinity", "c"))
        .isEqualTo(Instant.parse("9999-12-31T23:59:59.999999Z"));
    assertThat(JdbcTexts.timestamp("-infinity", "c"))
        .isEqualTo(Instant.parse("0001-01-01T00:00:00Z"));
    assertThat(JdbcTexts.date("1500-02-28", "c")).isEqualTo(LocalDate.of(1500, 2, 28));
    assertThat(JdbcTexts.date("infinity", "c")).isEqualTo(LocalDate.of(9999, 12, 31));
  }

  @Test
  void refusesWhatItWouldGuess() {
    for (String text : List.of("0000-00-00 00:00:00", "2021-03-28 02:30:00+02", "28.3.2021", "")) {
      assertThatThrownBy(() -> JdbcTexts.timestamp(text, "t.c"))
          .isInstanceOf(LakeException.class)
          .hasMessageContaining("column t.c holds '" + text + "', which is no timestamp");
    }
  }

  @Test
  void decimalsAreNeverRounded() {
    assertThat(JdbcTexts.decimal("1.50", 10, 1, "c")).isEqualByComparingTo("1.5");
    assertThat(JdbcTexts.decimal("NaN", 10, 1, "c")).isNull();
    assertThatThrownBy(() -> JdbcTexts.decimal("1.55", 10, 1, "t.c"))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("column t.c holds 1.55, which decimal(10,1) can't hold");
  }
}
