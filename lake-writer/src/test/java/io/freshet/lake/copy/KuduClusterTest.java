package io.freshet.lake.copy;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.LakeException;
import org.junit.jupiter.api.Test;

class KuduClusterTest {
  @Test
  void aClusterThatDoesNotAnswerIsNamed() {
    assertThatThrownBy(() -> KuduCluster.open("127.0.0.1:1", 1_000))
        .isInstanceOf(LakeException.class)
        .hasMessageStartingWith("Kudu at 127.0.0.1:1 says: ");
  }
}
