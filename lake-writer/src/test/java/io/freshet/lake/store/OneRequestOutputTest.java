package io.freshet.lake.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OneRequestOutputTest {
  private final List<String> seen = new ArrayList<>();
  private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
  private boolean failing;

  private final OneRequestOutput.Target target =
      new OneRequestOutput.Target() {
        @Override
        public void put(byte[] content) throws IOException {
          if (failing) {
            throw new IOException("the store is away");
          }
          seen.add("put " + new String(content, StandardCharsets.UTF_8));
        }

        @Override
        public OutputStream begin() {
          seen.add("begin");
          return parts;
        }

        @Override
        public void written(long length, byte[] content) {
          seen.add("written " + length + (content == null ? "" : " known"));
        }
      };

  @Test
  void aShortFileIsOnePut() throws IOException {
    try (OneRequestOutput out = new OneRequestOutput(target, 5)) {
      out.write('a');
      out.write("bcde".getBytes(StandardCharsets.UTF_8));
      out.flush();
      assertThat(seen).isEmpty();
    }
    assertThat(seen).containsExactly("put abcde", "written 5 known");
  }

  @Test
  void aLongFileGoesInParts() throws IOException {
    try (OneRequestOutput out = new OneRequestOutput(target, 5)) {
      out.write("abcde".getBytes(StandardCharsets.UTF_8));
      out.write("fg".getBytes(StandardCharsets.UTF_8));
      out.write('h');
    }
    assertThat(seen).containsExactly("begin", "written 8");
    assertThat(parts.toString(StandardCharsets.UTF_8)).isEqualTo("abcdefgh");
  }

  @Test
  void aFileThatCouldNotBePutIsNotKnown() {
    failing = true;
    OneRequestOutput out = new OneRequestOutput(target, 5);
    assertThatThrownBy(out::close).hasMessage("the store is away");
    assertThat(seen).isEmpty();
  }

  @Test
  void itIsClosedOnce() throws IOException {
    OneRequestOutput out = new OneRequestOutput(target, 5);
    out.close();
    out.close();
    assertThat(seen).containsExactly("put ", "written 0 known");
    assertThatThrownBy(() -> out.write(1)).hasMessageContaining("closed");
  }
}
