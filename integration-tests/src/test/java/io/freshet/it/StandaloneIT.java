package io.freshet.it;

import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Spark's standalone master and two workers; a worker starts a killed driver anew. Too long for
 * every build, like all that starts Spark's JVMs eight times over.
 */
@EnabledIfSystemProperty(
    named = "freshet.clusters",
    matches = "true",
    disabledReason = "it takes minutes: mvn -Pclusters verify, or -Dfreshet.clusters=true")
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
