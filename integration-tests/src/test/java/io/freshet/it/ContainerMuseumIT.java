package io.freshet.it;

import org.testcontainers.junit.jupiter.Testcontainers;

/** The main job against the parts' own images; skipped, and said so, where no Docker runs. */
@Testcontainers(disabledWithoutDocker = true)
class ContainerMuseumIT extends MuseumScenarios {
  @Override
  Pipeline open() throws Exception {
    return new ContainerPipeline();
  }
}
