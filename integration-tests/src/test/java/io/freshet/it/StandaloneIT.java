package io.freshet.it;

import java.nio.file.Path;

/** Spark's standalone master and two workers; a worker starts a killed driver anew. */
class StandaloneIT extends ClusterScenarios {
  @Override
  SparkCluster open(Path folder, Pipeline pipeline) throws Exception {
    return new StandaloneCluster(folder, pipeline.environment());
  }

  @Override
  String verifyMode() {
    return "client";
  }
}
