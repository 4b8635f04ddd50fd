package io.freshet.lake.table;

import org.apache.hudi.common.model.WriteOperationType;
import org.apache.hudi.common.table.HoodieTableMetaClient;
import org.apache.hudi.common.table.timeline.HoodieInstant;
import org.apache.hudi.common.table.timeline.HoodieTimeline;

/**
 * Tells whether a table was written by anybody else since it was looked at. Table services are not
 * meant: they leave each row in its partition.
 */
final class TableWrites {
  private final TableTimeline timeline;
  private HoodieTableMetaClient client;
  private String seen = "";
  private int own;

  TableWrites(TableTimeline timeline) {
    this.timeline = timeline;
  }

  /** Looks at the table; call it before its rows are read. */
  void look() {
    look(completed());
  }

  private void look(HoodieTimeline all) {
    seen = all.getLatestCompletionTime().orElse("");
    own = 0;
  }

  /** Takes note of a commit of one's own. */
  void committed() {
    own++;
  }

  /**
   * Whether all commits since the last look are one's own; if so, it was one more look. Costs one
   * listing of the timeline.
   */
  boolean areOwn() {
    HoodieTimeline all = completed();
    HoodieTimeline since = all.findInstantsModifiedAfterByCompletionTime(seen);
    if (since.getInstantsAsStream().filter(instant -> writes(instant, since)).count() != own) {
      return false;
    }
    look(all);
    return true;
  }

  private HoodieTimeline completed() {
    if (client == null) {
      client = timeline.client();
    }
    return client.reloadActiveTimeline().getCommitsTimeline().filterCompletedInstants();
  }

  private boolean writes(HoodieInstant instant, HoodieTimeline of) {
    return switch (instant.getAction()) {
      case HoodieTimeline.COMMIT_ACTION ->
          // A table with logs has compactions only under this name.
          !client.getTableConfig().getTableType().name().equals("MERGE_ON_READ");
      case HoodieTimeline.REPLACE_COMMIT_ACTION, HoodieTimeline.CLUSTERING_ACTION ->
          timeline.metadata(instant, of).getOperationType() != WriteOperationType.CLUSTER;
      default -> true;
    };
  }
}
