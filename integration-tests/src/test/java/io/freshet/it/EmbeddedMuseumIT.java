package io.freshet.it;

/** The main job on the embedded stack. */
class EmbeddedMuseumIT extends MuseumScenarios {
  @Override
  Pipeline open() {
    return EmbeddedPipeline.shared();
  }
}
