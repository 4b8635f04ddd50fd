package io.freshet.lake.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyPlacesTest {
  /** Few values of each half: keys that share one, and slots that many keys want. */
  @Test
  void holdsWhatAMapHolds() {
    Random random = new Random(7);
    KeyPlaces places = new KeyPlaces();
    Map<List<Long>, Integer> expected = new HashMap<>();
    for (int i = 0; i < 200_000; i++) {
      long high = (long) random.nextInt(3) << 56 | random.nextInt(40);
      long low = random.nextInt(60);
      List<Long> key = List.of(high, low);
      if (random.nextInt(5) < 2) {
        places.remove(high, low);
        expected.remove(key);
      } else {
        int place = random.nextInt(1_000);
        places.put(high, low, place);
        expected.put(key, place);
      }
      assertThat(places.get(high, low)).isEqualTo(expected.getOrDefault(key, KeyPlaces.NOWHERE));
      assertThat(places.size()).isEqualTo(expected.size());
    }
    expected.forEach(
        (key, place) -> assertThat(places.get(key.get(0), key.get(1))).isEqualTo(place));
    assertThat(places.get(1L << 60, 0)).isEqualTo(KeyPlaces.NOWHERE);
  }

  @Test
  void aBudgetIsForAllTables() {
    KeyBudget budget = new KeyBudget(10);
    assertThat(budget.take(7)).isTrue();
    assertThat(budget.take(4)).isFalse();
    assertThat(budget.left()).isEqualTo(3);
    assertThat(budget.take(-5)).isTrue();
    assertThat(budget.take(8)).isTrue();
    assertThat(budget.left()).isZero();
  }
}
