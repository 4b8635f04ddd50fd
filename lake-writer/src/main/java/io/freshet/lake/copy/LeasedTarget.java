package io.freshet.lake.copy;

import io.freshet.lake.config.CopyTable;
import io.freshet.lake.config.CopyTarget;
import io.freshet.lake.table.Leases;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;

/** Tables that only one job may write at a time. */
final class LeasedTarget implements Target {
  /** How long tables stay a job's own when it shows no life. */
  private static final Duration TIME = Duration.ofSeconds(30);

  private final Target tables;
  private final Leases leases;

  LeasedTarget(Target tables, CopyTarget.Files config, Configuration hadoop) {
    this.tables = tables;
    this.leases = Leases.open(config.warehouse(), TIME, hadoop, "snapshot");
  }

  @Override
  public void check(CopyTable table, SourceTable source) {
    tables.check(table, source);
  }

  @Override
  public void claim(CopyTable table) throws InterruptedException {
    leases.claim(Leases.Role.WRITER, table.to());
    leases.claim(Leases.Role.SERVICES, table.to());
  }

  @Override
  public long write(CopyTable table, SourceTable source) throws InterruptedException {
    return tables.write(table, source.andBeforeTheCommit(leases::requireHeld));
  }

  @Override
  public void close() {
    try {
      tables.close();
    } finally {
      leases.close();
    }
  }
}
