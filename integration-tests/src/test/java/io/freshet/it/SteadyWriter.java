package io.freshet.it;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Writes to all partitions of its topics at one pace: a row's number is its offset. */
final class SteadyWriter implements AutoCloseable {
  private static final int ROWS_PER_TURN = 10;
  private static final long TURN_MILLIS = 50;

  /** How far a topic is written. */
  private static final class Progress {
    private final int partitions;
    private volatile long end;

    Progress(int partitions) {
      this.partitions = partitions;
    }
  }

  private final AvroTopics topics;
  private final Map<String, Progress> progress = new ConcurrentHashMap<>();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final ScheduledFuture<?> turns;

  SteadyWriter(AvroTopics topics) {
    this.topics = topics;
    this.turns = thread.scheduleAtFixedRate(this::turn, 0, TURN_MILLIS, TimeUnit.MILLISECONDS);
  }

  void add(String topic, int partitions) {
    progress.put(topic, new Progress(partitions));
  }

  private void turn() {
    progress.forEach(
        (topic, state) -> {
          long from = state.end;
          for (long n = from; n < from + ROWS_PER_TURN; n++) {
            for (int partition = 0; partition < state.partitions; partition++) {
              topics.send(topic, partition, n);
            }
          }
          state.end = from + ROWS_PER_TURN;
        });
  }

  /** Rows in each partition of each topic so far: the next offset. */
  Map<String, Long> ends() {
    return progress.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().end));
  }

  /** Ends the writing; everything written is acknowledged then. */
  void stop() throws InterruptedException {
    turns.cancel(false);
    thread.shutdown();
    thread.awaitTermination(10, TimeUnit.SECONDS);
    topics.flush();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
