package io.freshet.lake.table;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hudi.common.HoodieTableFormat;
import org.apache.hudi.common.NativeTableFormat;
import org.apache.hudi.common.config.HoodieTimeGeneratorConfig;
import org.apache.hudi.common.fs.ConsistencyGuardConfig;
import org.apache.hudi.common.fs.FileSystemRetryConfig;
import org.apache.hudi.common.table.HoodieTableMetaClient;
import org.apache.hudi.common.table.timeline.CompletionTimeQueryView;
import org.apache.hudi.common.table.timeline.TimelineFactory;
import org.apache.hudi.common.table.timeline.TimelineLayout;
import org.apache.hudi.common.table.timeline.versioning.TimelineLayoutVersion;
import org.apache.hudi.common.table.timeline.versioning.v2.CompletionTimeQueryViewV2;
import org.apache.hudi.common.table.timeline.versioning.v2.TimelineV2Factory;
import org.apache.hudi.common.util.Option;
import org.apache.hudi.storage.HoodieStorageUtils;
import org.apache.hudi.storage.hadoop.HadoopStorageConfiguration;

/**
 * A table as a view of its files sees it, but for one thing: when a commit was completed is asked
 * once. That never changes, and a view asks it of every log file whenever it learns of another one;
 * of commits that are not active any more it would read the archive each time.
 */
final class RememberingClient extends HoodieTableMetaClient {
  private static final long serialVersionUID = 1L;

  /** At one commit a second, more than two days of them, in some 20 MB. */
  private static final int MOST = 200_000;

  private final transient Map<String, String> completed =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
              return size() > MOST;
            }
          });

  private RememberingClient(String location, HadoopStorageConfiguration hadoop) {
    super(
        HoodieStorageUtils.getStorage(location, hadoop),
        location,
        true,
        ConsistencyGuardConfig.newBuilder().build(),
        Option.of(TimelineLayoutVersion.CURR_LAYOUT_VERSION),
        HoodieTimeGeneratorConfig.newBuilder().build(),
        FileSystemRetryConfig.newBuilder().build());
  }

  /**
   * @param location of a table that is there
   */
  static HoodieTableMetaClient of(String location, Configuration hadoop) {
    HadoopStorageConfiguration storage = new HadoopStorageConfiguration(hadoop);
    RememberingClient client = new RememberingClient(location, storage);
    boolean known =
        client.getTimelineLayoutVersion().getVersion() == TimelineLayoutVersion.VERSION_2;
    return known
        ? client
        : HoodieTableMetaClient.builder()
            .setConf(storage)
            .setBasePath(location)
            .setLoadActiveTimelineOnLoad(true)
            .build();
  }

  @Override
  public HoodieTableFormat getTableFormat() {
    TimelineLayoutVersion version = getTimelineLayoutVersion();
    return new NativeTableFormat(version) {
      @Override
      public TimelineFactory getTimelineFactory() {
        return new TimelineV2Factory(TimelineLayout.fromVersion(version)) {
          private static final long serialVersionUID = 1L;

          @Override
          public CompletionTimeQueryView createCompletionTimeQueryView(
              HoodieTableMetaClient client) {
            return new Times(client);
          }
        };
      }
    };
  }

  private final class Times extends CompletionTimeQueryViewV2 {
    private static final long serialVersionUID = 1L;

    Times(HoodieTableMetaClient client) {
      super(client);
    }

    @Override
    public Option<String> getCompletionTime(String instant) {
      String known = completed.get(instant);
      if (known != null) {
        return Option.of(known);
      }
      Option<String> asked = super.getCompletionTime(instant);
      if (asked.isPresent()) {
        completed.put(instant, asked.get());
      }
      return asked;
    }
  }
}
