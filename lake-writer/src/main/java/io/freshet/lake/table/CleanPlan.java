package io.freshet.lake.table;

import io.freshet.lake.LakeException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hudi.avro.model.HoodieActionInstant;
import org.apache.hudi.avro.model.HoodieCleanFileInfo;
import org.apache.hudi.avro.model.HoodieCleanerPlan;
import org.apache.hudi.client.common.HoodieSparkEngineContext;
import org.apache.hudi.common.model.CleanFileInfo;
import org.apache.hudi.common.table.timeline.HoodieInstant;
import org.apache.hudi.common.table.timeline.HoodieInstantTimeGenerator;
import org.apache.hudi.common.table.timeline.HoodieTimeline;
import org.apache.hudi.common.util.CleanerUtils;
import org.apache.hudi.common.util.Option;
import org.apache.hudi.common.util.collection.Pair;
import org.apache.hudi.config.HoodieWriteConfig;
import org.apache.hudi.table.HoodieSparkTable;
import org.apache.hudi.table.action.clean.CleanPlanner;

/**
 * Which files no query as of an instant reads any more. Hudi's planner judges each file; what it
 * reaches back to is given to it here, because its own choice is the first commit of the
 * <em>active</em> timeline that is young enough: where younger commits are archived already, it
 * would take away versions that were promised.
 */
final class CleanPlan {
  private final HoodieSparkTable<?> table;
  private final HoodieWriteConfig config;
  private final HoodieInstant earliest;
  private final CleanPlanner<?, ?, ?, ?> planner;

  /**
   * @param reach the earliest instant that a query may be as of
   */
  CleanPlan(HoodieWriteConfig config, HoodieSparkEngineContext context, Instant reach) {
    this.config = config;
    this.table = HoodieSparkTable.create(config, context);
    this.planner = new CleanPlanner<>(context, table, config);
    this.earliest =
        instant(
            HoodieInstant.State.COMPLETED,
            table.getMetaClient().getCommitActionType(),
            HoodieInstantTimeGenerator.formatDateBasedOnTimeZone(Date.from(reach)));
  }

  private HoodieInstant instant(HoodieInstant.State state, String action, String time) {
    return table.getMetaClient().createNewInstant(state, action, time);
  }

  /**
   * Writes the plan into the table's timeline, from where the cleaner takes it.
   *
   * @param time of the cleaning
   * @return how many files it names; none if there is nothing to clean, and no plan then
   */
  int save(String time) {
    Map<String, List<HoodieCleanFileInfo>> files = new HashMap<>();
    List<String> emptyPartitions = new ArrayList<>();
    for (String partition : partitions()) {
      Pair<Boolean, List<CleanFileInfo>> found =
          planner.getDeletePaths(partition, Option.of(earliest));
      if (!found.getRight().isEmpty()) {
        files.put(partition, CleanerUtils.convertToHoodieCleanFileInfoList(found.getRight()));
      }
      if (found.getLeft()) {
        emptyPartitions.add(partition);
      }
    }
    int count = files.values().stream().mapToInt(List::size).sum();
    if (count > 0) {
      table
          .getActiveTimeline()
          .saveToCleanRequested(
              instant(HoodieInstant.State.REQUESTED, HoodieTimeline.CLEAN_ACTION, time),
              Option.of(
                  new HoodieCleanerPlan(
                      new HoodieActionInstant(
                          earliest.requestedTime(),
                          earliest.getAction(),
                          earliest.getState().name()),
                      planner.getLastCompletedCommitTimestamp(),
                      config.getCleanerPolicy().name(),
                      Map.of(),
                      CleanPlanner.LATEST_CLEAN_PLAN_VERSION,
                      files,
                      emptyPartitions,
                      Map.of())));
    }
    return count;
  }

  private List<String> partitions() {
    try {
      return table.getTableMetadata().getAllPartitionPaths();
    } catch (IOException unreachable) {
      throw new LakeException(
          "the partitions of %s can't be listed: %s"
              .formatted(config.getBasePath(), unreachable.getMessage()),
          unreachable);
    }
  }
}
