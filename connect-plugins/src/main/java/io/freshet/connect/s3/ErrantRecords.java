package io.freshet.connect.s3;

import io.freshet.connect.avro.BadRecordException;
import java.util.concurrent.Future;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way out for records that can't be landed. */
final class ErrantRecords {
  private static final Logger LOG = LoggerFactory.getLogger(ErrantRecords.class);

  private final ErrantRecordReporter reporter;
  private final boolean tolerated;

  /**
   * @param reporter Connect's reporter; null if none is configured
   * @param tolerateAll {@code errors.tolerance=all}
   */
  ErrantRecords(ErrantRecordReporter reporter, boolean tolerateAll) {
    this.reporter = reporter;
    this.tolerated = tolerateAll && reporter != null;
  }

  /**
   * @return done when the report is safely where it belongs
   * @throws BadRecordException {@code reason} itself, if bad records are not tolerated
   */
  Future<Void> report(SinkRecord record, BadRecordException reason) {
    if (!tolerated) {
      throw reason;
    }
    LOG.warn(
        "bad record reported topic={} partition={} offset={} reason=\"{}\"",
        record.originalTopic(),
        record.originalKafkaPartition(),
        record.originalKafkaOffset(),
        reason.getMessage());
    return reporter.report(record, reason);
  }
}
