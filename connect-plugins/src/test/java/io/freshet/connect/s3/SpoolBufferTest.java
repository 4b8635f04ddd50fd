package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpoolBufferTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 300_000, 700_000, 10_000_000})
  void anyRangeReadsBackAsItWasWritten(int heapLimit) throws IOException {
    Random random = new Random(heapLimit);
    byte[] written = new byte[1_000_000];
    random.nextBytes(written);
    try (SpoolBuffer spool = new SpoolBuffer(heapLimit)) {
      for (int at = 0; at < written.length; ) {
        int count = Math.min(written.length - at, random.nextInt(50_000));
        spool.write(written, at, count);
        at += count;
      }
      assertThat(spool.isInFile()).isEqualTo(heapLimit < written.length);
      assertThat(spool.length()).isEqualTo(written.length);
      for (int i = 0; i < 200; i++) {
        int from = random.nextInt(written.length);
        int count = random.nextInt(written.length - from);
        try (InputStream in = spool.open(from, count)) {
          assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(written, from, from + count));
        }
      }
    }
    assertThat(spoolFiles()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void singleBytesAreUnsigned(int heapLimit) throws IOException {
    try (SpoolBuffer spool = new SpoolBuffer(heapLimit)) {
      spool.write(0xfe);
      try (InputStream in = spool.open(0, 1)) {
        assertThat(in.read()).isEqualTo(0xfe);
        assertThat(in.read()).isEqualTo(-1);
      }
    }
  }

  private static long spoolFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(file -> file.toString().endsWith(".spool")).count();
    }
  }
}
