package io.freshet.lake.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.source.LandedFile;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which files one task reads. */
class LandedFilesTest {
  /** Files' sizes in MB, in their order, and what each task gets of them. */
  @ParameterizedTest
  @CsvSource({
    "'5', 2, '5'",
    "'17.57,17.67', 2, '17.57|17.67'",
    "'17.67,17.57', 2, '17.67|17.57'",
    "'4,4,4,4', 2, '4,4|4,4'",
    "'4,4,4', 2, '4,4|4'",
    "'9,1,1', 2, '9|1,1'",
    "'1,1,9', 2, '1,1|9'",
    "'0.1,0.1,0.1', 2, '0.1,0.1,0.1'",
    "'15.7,15.8,15.7,15.8,15.7,15.8,15.7,15.8', 1, '15.7,15.8,15.7,15.8|15.7,15.8,15.7,15.8'",
    "'200,1', 8, '200|1'"
  })
  void eachTaskReadsAboutAsMuch(String sizes, int parallelism, String tasks) {
    List<String> read =
        LandedFiles.groups(slices(sizes), parallelism).stream()
            .map(LandedFilesTest::sizes)
            .toList();
    assertThat(read).containsExactly(tasks.split("\\|"));
  }

  private static List<Slice> slices(String sizes) {
    List<String> each = Arrays.asList(sizes.split(","));
    return IntStream.range(0, each.size())
        .mapToObj(
            i ->
                new Slice(
                    new LandedFile("t", 0, i, i + 1, 1, 1, each.get(i), bytes(each.get(i))),
                    i,
                    i + 1))
        .toList();
  }

  private static String sizes(List<Slice> group) {
    return String.join(
        ",", group.stream().map(slice -> ((LandedFile) slice.segment()).path()).toList());
  }

  private static long bytes(String megabytes) {
    return (long) (Double.parseDouble(megabytes) * (1 << 20));
  }
}
