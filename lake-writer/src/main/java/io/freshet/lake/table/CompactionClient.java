package io.freshet.lake.table;

import io.freshet.lake.LakeException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hudi.avro.model.HoodieCompactionOperation;
import org.apache.hudi.client.SparkRDDWriteClient;
import org.apache.hudi.common.table.HoodieTableConfig;
import org.apache.hudi.common.table.HoodieTableMetaClient;
import org.apache.hudi.common.util.CompactionUtils;
import org.apache.hudi.config.HoodieWriteConfig;
import org.apache.hudi.storage.HoodieStorageUtils;
import org.apache.hudi.storage.StorageConfiguration;
import org.apache.hudi.storage.StoragePath;
import org.apache.hudi.table.HoodieTable;

/**
 * Hudi's writer, whose compactions look for values that the source did not log only where there may
 * be some. Hudi would look at each column of each two rows that it merges, which was half of the
 * work of a compaction; logs hold their rows as they are, so that whether the placeholder occurs in
 * them is a matter of searching their bytes.
 */
@SuppressWarnings({"rawtypes", "unchecked"}) // Hudi's own signatures.
final class CompactionClient extends SparkRDDWriteClient<Object> {
  private static final long serialVersionUID = 1L;
  private static final Occurrence PLACEHOLDER =
      new Occurrence(HoodieTableConfig.DEBEZIUM_UNAVAILABLE_VALUE);

  private final transient ServicesContext services;
  private transient boolean complete;

  CompactionClient(ServicesContext services, HoodieWriteConfig config) {
    super(services, config);
    this.services = services;
  }

  /** Carries out a compaction that is planned. */
  void compact(HoodieTableMetaClient table, String instant) {
    complete = !lacksValues(table, instant);
    try {
      compact(instant, true);
    } finally {
      complete = false;
    }
  }

  /** Whether a log that the compaction merges may hold a row with the placeholder. */
  boolean lacksValues(HoodieTableMetaClient table, String instant) {
    List<HoodieCompactionOperation> operations =
        CompactionUtils.getCompactionPlan(table, instant).getOperations();
    if (operations == null) {
      return false;
    }
    String base = table.getBasePath().toString();
    List<String> logs = operations.stream().flatMap(operation -> paths(base, operation)).toList();
    StorageConfiguration<?> storage = services.getStorageConf();
    return !logs.isEmpty()
        && services
            .map(logs, log -> holdsPlaceholder(log, storage), services.tasks())
            .contains(true);
  }

  private static Stream<String> paths(String base, HoodieCompactionOperation operation) {
    String partition = operation.getPartitionPath();
    StoragePath folder = new StoragePath(base);
    StoragePath files = partition.isEmpty() ? folder : new StoragePath(folder, partition);
    return operation.getDeltaFilePaths().stream()
        .map(name -> new StoragePath(files, name).toString());
  }

  private static boolean holdsPlaceholder(String log, StorageConfiguration<?> storage) {
    StoragePath path = new StoragePath(log);
    try (InputStream bytes = HoodieStorageUtils.getStorage(path, storage).open(path)) {
      return PLACEHOLDER.in(bytes);
    } catch (IOException unreadable) {
      throw new LakeException(log + " can't be read: " + unreadable, unreadable);
    }
  }

  @Override
  protected HoodieTable createTable(HoodieWriteConfig config) {
    HoodieTable table = super.createTable(config);
    if (complete) {
      // As this compaction sees the table; what is stored is left alone.
      table.getMetaClient().getTableConfig().clearValue(HoodieTableConfig.PARTIAL_UPDATE_MODE);
    }
    return table;
  }
}
