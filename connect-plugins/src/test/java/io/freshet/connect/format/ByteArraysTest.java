package io.freshet.connect.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteArraysTest {
  @ParameterizedTest
  @CsvSource({
    "0, 1024",
    "1, 1024",
    "1024, 1024",
    "1025, 2048",
    "65536, 65536",
    "65537, 131072",
    "262144, 262144",
    "262145, 262145"
  })
  void sizesArePowersOfTwoUpToTheLargest(int wanted, int size) {
    assertThat(new ByteArrays(0).take(wanted)).hasSize(size);
  }

  @Test
  void anArrayIsUsedAgainForItsSizeAlone() {
    ByteArrays arrays = new ByteArrays(1 << 20);
    byte[] small = arrays.take(1_000);
    byte[] large = arrays.take(60_000);
    arrays.giveBack(small);
    arrays.giveBack(large);
    assertSame(large, arrays.take(40_000));
    assertNotSame(large, arrays.take(40_000));
    assertSame(small, arrays.take(10));
  }

  @Test
  void noMoreAreKeptThanTheLimitAllows() {
    ByteArrays arrays = new ByteArrays(4_096);
    byte[] one = arrays.take(4_096);
    byte[] two = arrays.take(4_096);
    arrays.giveBack(one);
    arrays.giveBack(two);
    assertSame(two, arrays.take(4_096));
    assertNotSame(one, arrays.take(4_096));
  }

  @Test
  void theSizeThatIsNotAskedForMakesRoom() {
    ByteArrays arrays = new ByteArrays(8_192);
    byte[] large = arrays.take(8_192);
    byte[] small = arrays.take(1_024);
    arrays.giveBack(large);
    arrays.giveBack(small);
    assertSame(small, arrays.take(1_024));
    assertNotSame(large, arrays.take(8_192));
  }

  @Test
  void anArrayBeyondTheLargestIsNotKept() {
    ByteArrays arrays = new ByteArrays(Long.MAX_VALUE);
    byte[] huge = arrays.take(ByteArrays.MAX_BYTES + 1);
    arrays.giveBack(huge);
    assertNotSame(huge, arrays.take(huge.length));
  }
}
