package io.freshet.lake.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeasesTest {
  @TempDir Path folder;

  private Leases leases(String command) {
    return new Leases(
        new FileLeaseStore(new org.apache.hadoop.fs.Path(folder.toUri()), new Configuration()),
        Duration.ofSeconds(3),
        command);
  }

  @Test
  void ofManyAtTheSameTimeOneGetsIt() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 20; round++) {
        String table = "moma.t" + round;
        List<Leases> jobs = new ArrayList<>();
        List<Callable<Boolean>> claims = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          Leases job = leases("ingest");
          jobs.add(job);
          claims.add(() -> job.tryClaim(Leases.Role.WRITER, table).isEmpty());
        }
        int winners = 0;
        for (Future<Boolean> claim : threads.invokeAll(claims)) {
          winners += claim.get() ? 1 : 0;
        }
        assertThat(winners).isEqualTo(1);
        jobs.forEach(Leases::close);
        try (Leases next = leases("ingest")) {
          assertThat(next.tryClaim(Leases.Role.WRITER, table)).as("all closed").isEmpty();
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void theTwoRolesAndTheTablesAreHeldForThemselves() throws Exception {
    try (Leases ingest = leases("ingest");
        Leases maintain = leases(Leases.MAINTAIN)) {
      ingest.claim(Leases.Role.WRITER, "moma.t");
      maintain.claim(Leases.Role.SERVICES, "moma.t");
      maintain.claim(Leases.Role.WRITER, "moma.u");
      assertThat(maintain.tryClaim(Leases.Role.WRITER, "moma.t"))
          .hasValueSatisfying(holder -> assertThat(holder.command()).isEqualTo("ingest"));
      assertThat(maintain.asWriter("moma.t", () -> {})).isFalse();
      assertThat(maintain.asWriter("moma.v", () -> {})).isTrue();
      ingest.claim(Leases.Role.WRITER, "moma.v");
    }
  }
}
