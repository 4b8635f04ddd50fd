package io.freshet.it;

import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** YARN in cluster mode. It needs Hadoop's servers: with the profile {@code yarn} alone. */
@EnabledIfSystemProperty(
    named = "freshet.yarn.jars",
    matches = ".+",
    disabledReason = "Hadoop's servers are brought by the profile yarn: mvn -Pyarn verify")
class YarnIT extends ClusterScenarios {
  @Override
  SparkCluster open(Path folder, Pipeline pipeline) throws Exception {
    return new YarnCluster(
        folder, Path.of(System.getProperty("freshet.yarn.jars")), pipeline.environment());
  }

  @Override
  String verifyMode() {
    return "cluster";
  }
}
