package io.freshet.lake.copy;

import io.freshet.lake.LakeException;

/**
 * Kudu's connector for Spark, which the operator brings. It is asked for by a class that names none
 * of its types: one that does can't even be loaded without it.
 */
final class KuduConnector {
  private KuduConnector() {}

  /**
   * @throws LakeException if it is not there
   */
  static void require() {
    try {
      Class.forName("org.apache.kudu.client.KuduClient");
      Class.forName("org.apache.kudu.spark.kudu.DefaultSource");
    } catch (ClassNotFoundException missing) {
      throw new LakeException(
          "Kudu's connector for Spark is not on the class path; give spark-submit --packages org.apache.kudu:kudu-spark3_2.12:1.18.1",
          missing);
    }
  }
}
