package io.freshet.lake.job;

import io.freshet.lake.config.SourceConfig;
import io.freshet.lake.source.KafkaLog;
import io.freshet.lake.source.LandingLog;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** Which topics a source has. */
final class Topics {
  private Topics() {}

  static List<String> of(SourceConfig source, Configuration hadoop) {
    return of(source, hadoop, () -> {});
  }

  /**
   * @param onRequest told of each request to S3
   */
  static List<String> of(SourceConfig source, Configuration hadoop, Runnable onRequest) {
    if (source.kafka().isPresent()) {
      try (KafkaLog log = new KafkaLog(source.kafka().get())) {
        return log.topics();
      }
    }
    try (LandingLog log = LandingLog.open(source, hadoop, onRequest)) {
      return log.topics();
    }
  }
}
