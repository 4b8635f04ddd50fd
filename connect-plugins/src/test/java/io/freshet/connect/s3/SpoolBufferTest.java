package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.freshet.connect.format.ByteArrays;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpoolBufferTest {
  private static final Path FULL_DISK = Path.of("/dev/full");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "1, false",
    "50000, false",
    "300000, false",
    "10000000, false",
    "50000, true",
    "300000, true",
    "10000000, true"
  })
  void anyRangeReadsBackAsItWasWritten(int spoolEvery, boolean takeOver) throws IOException {
    Random random = new Random(spoolEvery);
    byte[] written = new byte[1_000_000];
    random.nextBytes(written);
    try (BufferPool pool = new BufferPool(1, new ByteArrays(0), new SpoolFile(folder));
        SpoolBuffer other = pool.buffer();
        SpoolBuffer spool = pool.buffer()) {
      int spooled = 0;
      for (int at = 0; at < written.length; ) {
        int count = Math.min(written.length - at, random.nextInt(50_000));
        if (takeOver && count > 100 && random.nextBoolean()) {
          byte[] given = pool.take(count);
          System.arraycopy(written, at, given, 50, count - 50);
          pool.count(-given.length);
          spool.takeOver(given, 50, count - 50);
          at += count - 50;
        } else {
          spool.write(written, at, count);
          at += count;
        }
        if (at - spooled >= spoolEvery) {
          spool.spool();
          spooled = at;
          other.write(written, 0, 100_000);
          other.spool();
        }
      }
      assertThat(spool.length()).isEqualTo(written.length);
      assertThat(spool.heapBytes())
          .isLessThan((takeOver ? 6L : 2L) * (written.length - spooled) + 2_048);
      for (int i = 0; i < 200; i++) {
        int from = random.nextInt(written.length);
        int count = random.nextInt(written.length - from);
        try (InputStream in = spool.open(from, count)) {
          assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(written, from, from + count));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void singleBytesAreUnsigned(boolean spooled) throws IOException {
    try (BufferPool pool = new BufferPool(1, new ByteArrays(0), new SpoolFile(folder));
        SpoolBuffer spool = pool.buffer()) {
      spool.write(0xfe);
      if (spooled) {
        spool.spool();
      }
      try (InputStream in = spool.open(0, 1)) {
        assertThat(in.read()).isEqualTo(0xfe);
        assertThat(in.read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void thousandsShareOneFileDescriptorAndLeaveNoFile() throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    assumeThat(descriptors).exists();
    long before = count(descriptors);
    byte[] bytes = new byte[2_000];
    try (BufferPool pool = new BufferPool(1, new ByteArrays(0), new SpoolFile(folder))) {
      List<SpoolBuffer> buffers = new ArrayList<>();
      for (int i = 0; i < 3_000; i++) {
        SpoolBuffer buffer = pool.buffer();
        buffer.write(bytes, 0, bytes.length);
        buffer.spool();
        buffers.add(buffer);
      }
      assertThat(pool.usedBytes()).isZero();
      assertThat(count(descriptors)).isLessThan(before + 20);
      assertThat(count(folder)).as("a killed worker leaves nothing behind").isZero();
      buffers.forEach(SpoolBuffer::close);
      assertThat(pool.spooledBytes()).isZero();
    }
    assertThat(count(folder)).isZero();
  }

  @Test
  void extentsAreUsedAgain() {
    byte[] bytes = new byte[100_000];
    SpoolFile file = new SpoolFile(folder);
    try (BufferPool pool = new BufferPool(1, new ByteArrays(0), file);
        SpoolBuffer stays = pool.buffer()) {
      stays.write(1);
      stays.spool();
      for (int i = 0; i < 100; i++) {
        try (SpoolBuffer goes = pool.buffer()) {
          goes.write(bytes, 0, bytes.length);
          goes.spool();
          assertThat(file.usedBytes()).isEqualTo(2L * SpoolFile.EXTENT_BYTES);
        }
      }
    }
  }

  @Test
  void aBufferWithFewBytesCostsLittle() {
    try (BufferPool pool = new BufferPool(1, new ByteArrays(0), new SpoolFile(folder));
        SpoolBuffer small = pool.buffer()) {
      small.write(new byte[300], 0, 300);
      assertThat(pool.usedBytes()).isLessThanOrEqualTo(1_024);
    }
  }

  @Test
  void aFullDiskNamesTheFolderAndLosesNothing() throws IOException {
    assumeThat(FULL_DISK).exists();
    byte[] bytes = new byte[5_000];
    new Random(1).nextBytes(bytes);
    SpoolFile full =
        new SpoolFile(
            folder,
            any -> FileChannel.open(FULL_DISK, StandardOpenOption.READ, StandardOpenOption.WRITE));
    try (BufferPool pool = new BufferPool(1, new ByteArrays(0), full);
        SpoolBuffer spool = pool.buffer()) {
      spool.write(bytes, 0, bytes.length);
      assertThatThrownBy(spool::spool)
          .isInstanceOf(NoRoomException.class)
          .hasMessageContaining(folder.toString())
          .hasMessageContaining("No space left on device")
          .hasMessageContaining("buffer.spool.dir");
      try (InputStream in = spool.open(0, bytes.length)) {
        assertThat(in.readAllBytes()).isEqualTo(bytes);
      }
    }
  }

  private static long count(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }
}
