package io.freshet.connect.s3;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;

/** Reports of bad records that may still be on their way to the dead-letter queue. */
final class PendingReports {
  private final TopicPartition partition;
  private final List<Future<Void>> reports = new ArrayList<>();

  PendingReports(TopicPartition partition) {
    this.partition = partition;
  }

  void add(Future<Void> report) {
    reports.add(report);
  }

  /** A landed file answers for the records passed over in it: their reports must be safe first. */
  void await() {
    try {
      for (Future<Void> report : reports) {
        report.get();
      }
      reports.clear();
    } catch (ExecutionException lost) {
      throw new ConnectException(
          partition + ": a bad record could not be reported to the dead-letter queue",
          lost.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new RetriableException(partition + ": interrupted while waiting for a report", stopped);
    }
  }

  void forget() {
    reports.clear();
  }
}
