package io.freshet.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.local.service.Distribution;
import io.freshet.local.service.Stack;
import io.freshet.local.service.StackException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoDirectoryTest {
  @TempDir private Path folder;
  private Path data;
  private Stack stack;

  @BeforeEach
  void distributionThatStartsNothing() throws IOException {
    Path jar = folder.resolve("dist/lib/services/freshet-local.jar");
    Files.createDirectories(jar.getParent());
    Files.createFile(jar);
    data = folder.resolve("data");
    stack = new Stack(data, new Distribution(folder.resolve("dist")));
  }

  @Test
  void whatAnEarlierDemoLeftIsWiped() throws IOException {
    DemoDirectory.claim(stack).close();
    Files.createDirectories(data.resolve("s3/lake"));
    Files.writeString(data.resolve("s3/lake/old"), "old");
    try (DemoDirectory claimed = DemoDirectory.claim(stack)) {
      assertThat(claimed).isNotNull();
      assertThat(data).isDirectoryContaining(file -> file.endsWith(DemoDirectory.MARKER));
      assertThat(data.resolve("s3")).doesNotExist();
    }
  }

  @Test
  void anEmptyDirectoryIsTaken() throws IOException {
    Files.createDirectories(data);
    DemoDirectory.claim(stack).close();
    assertThat(data.resolve(DemoDirectory.MARKER)).exists();
  }

  @Test
  void othersDataIsRefusedAndKept() throws IOException {
    Files.createDirectories(data);
    Files.writeString(data.resolve("secrets.properties"), "theirs");
    assertThatThrownBy(() -> DemoDirectory.claim(stack))
        .isInstanceOf(StackException.class)
        .hasMessageContaining(data.toString())
        .hasMessageContaining("--data");
    assertThat(data.resolve("secrets.properties")).hasContent("theirs");
    assertThat(data.resolve(DemoDirectory.MARKER)).doesNotExist();
  }

  @Test
  void aFileIsRefused() throws IOException {
    Files.writeString(data, "a file");
    assertThatThrownBy(() -> DemoDirectory.claim(stack)).hasMessageContaining("is a file");
    assertThat(data).hasContent("a file");
  }

  @Test
  void aSecondDemoIsRefusedWhileOneRuns() throws IOException {
    try (DemoDirectory first = DemoDirectory.claim(stack)) {
      assertThat(first).isNotNull();
      Files.writeString(data.resolve("running"), "first's");
      assertThatThrownBy(() -> DemoDirectory.claim(stack))
          .hasMessageContaining("another demo runs in " + data);
    }
    assertThat(data.resolve("running")).hasContent("first's");
  }
}
