package io.freshet.lake.metrics;

import io.freshet.lake.LakeException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.statistics.IOStatistics;
import org.apache.hadoop.fs.statistics.IOStatisticsSupport;

/**
 * How many requests a job has made to S3: by its own client, which lists the landing log, and by
 * Hadoop's file systems, which read landed files and read and write the tables. Each attempt
 * counts, as it is billed.
 */
public final class StoreRequests {
  private static final String SOURCE = "source";
  private static final String TABLES = "tables";

  /** S3A's name for "requests made of the remote store", see its class Statistic. */
  private static final String REQUESTS = "store_io_request";

  private final LongAdder source = new LongAdder();
  private final List<FileSystem> fileSystems;

  /**
   * @param hadoop how the file systems are reached
   * @param places folders that Hadoop reads or writes; those that are not on S3 count nothing
   */
  public StoreRequests(Configuration hadoop, List<URI> places) {
    Set<FileSystem> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
    for (URI place : places) {
      if (place.getScheme() != null && place.getScheme().startsWith("s3")) {
        try {
          distinct.add(FileSystem.get(place, hadoop));
        } catch (IOException unreachable) {
          throw new LakeException(place + " can't be reached: " + unreachable, unreachable);
        }
      }
    }
    this.fileSystems = new ArrayList<>(distinct);
  }

  /** Counts one request of the landing log's own client. */
  public void countSource() {
    source.increment();
  }

  /** All requests so far, by who made them. */
  public Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    counts.put(SOURCE, source.sum());
    counts.put(TABLES, fileSystems.stream().mapToLong(StoreRequests::requests).sum());
    return counts;
  }

  private static long requests(FileSystem files) {
    IOStatistics statistics = IOStatisticsSupport.retrieveIOStatistics(files);
    return statistics == null ? 0 : statistics.counters().getOrDefault(REQUESTS, 0L);
  }
}
