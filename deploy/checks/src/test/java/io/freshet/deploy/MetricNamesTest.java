package io.freshet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.freshet.connect.s3.SinkBeans;
import io.freshet.lake.metrics.Backlog;
import io.freshet.lake.metrics.FileCounts;
import io.freshet.lake.metrics.JobMetrics;
import io.freshet.lake.metrics.TableMetrics;
import io.freshet.lake.metrics.TableState;
import io.prometheus.jmx.JmxCollector;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules and dashboards ask for metrics that are really shown. */
class MetricNamesTest {
  private static final Pattern NAME =
      Pattern.compile("\\b((?:freshet|kafka|debezium|pg|jvm)_[a-z0-9_]+)\\b");

  /** postgres_exporter's, a program of its own: its collector pg_replication_slot. */
  private static final Set<String> POSTGRES_EXPORTER =
      Set.of(
          "pg_replication_slot_slot_current_wal_lsn",
          "pg_replication_slot_slot_confirmed_flush_lsn",
          "pg_replication_slot_slot_is_active");

  @TempDir private Path folder;

  /** What Debezium shows of its streaming, in a worker of its own. */
  public interface StreamingMXBean {
    long getMilliSecondsBehindSource();

    long getTotalNumberOfEventsSeen();
  }

  private record Streaming(long getMilliSecondsBehindSource, long getTotalNumberOfEventsSeen)
      implements StreamingMXBean {}

  private static Set<String> names(String exposition) {
    Set<String> names = new TreeSet<>();
    exposition
        .lines()
        .filter(line -> !line.startsWith("#") && !line.isBlank())
        .forEach(line -> names.add(line.split("[{ ]", 2)[0]));
    return names;
  }

  private static Set<String> lakeJob() {
    try (JobMetrics metrics = new JobMetrics(Clock.systemUTC())) {
      TableMetrics table = metrics.table("d.t", "a.b.t");
      table.observe(
          "d.t", "a.b.t", () -> TableState.RUNNING, () -> new Backlog(1, OptionalLong.of(1)));
      table.committed(1, 1, Duration.ofMillis(1), Instant.now(), Optional.of(Instant.now()));
      table.files(new FileCounts(1, 1, 1, 1, Instant.now()));
      metrics.storeRequests("tables", () -> 1);
      return names(metrics.scrape());
    }
  }

  // The beans are there to be scraped, not to be called.
  @SuppressWarnings("try")
  private Set<String> connect() throws Exception {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    ObjectName source =
        new ObjectName("debezium.postgres:type=connector-metrics,context=streaming,server=moma");
    server.registerMBean(new Streaming(1, 1), source);
    try (SinkBeans sink = new SinkBeans("s3", new TopicPartition("moma.public.t", 0), folder);
        WorkerBeans worker = new WorkerBeans("s3")) {
      PrometheusRegistry registry = new PrometheusRegistry();
      new JmxCollector(Deploy.path("grafana/jmx-connect.yaml").toFile(), JmxCollector.Mode.AGENT)
          .register(registry);
      ByteArrayOutputStream written = new ByteArrayOutputStream();
      ExpositionFormats.init().getPrometheusTextFormatWriter().write(written, registry.scrape());
      return names(written.toString(StandardCharsets.UTF_8));
    } finally {
      server.unregisterMBean(source);
    }
  }

  private static Map<String, Set<String>> asked() throws IOException {
    Map<String, Set<String>> asked = new TreeMap<>();
    for (Path file : Deploy.files("grafana/dashboards", ".json")) {
      collect(asked, file, expressions(Deploy.JSON.readTree(Files.readString(file))));
    }
    Path rules = Deploy.path("grafana/alerts/freshet.rules.yml");
    collect(asked, rules, expressions(Deploy.YAML.readTree(Files.readString(rules))));
    return asked;
  }

  private static void collect(Map<String, Set<String>> asked, Path file, List<String> texts) {
    for (String text : texts) {
      Matcher matcher = NAME.matcher(text);
      while (matcher.find()) {
        asked
            .computeIfAbsent(matcher.group(1), name -> new TreeSet<>())
            .add(file.getFileName().toString());
      }
    }
  }

  /** Queries, wherever they stand; and those of dashboards' variables. */
  private static List<String> expressions(JsonNode tree) {
    List<String> found = new ArrayList<>();
    tree.findValues("expr").forEach(each -> found.add(each.asText()));
    tree.findValues("query").forEach(each -> found.add(each.asText()));
    return found;
  }

  @Test
  void everyNameThatIsAskedForIsShown() throws Exception {
    Set<String> shown = new TreeSet<>(POSTGRES_EXPORTER);
    shown.addAll(lakeJob());
    shown.addAll(connect());
    Map<String, Set<String>> asked = asked();
    assertThat(asked).hasSizeGreaterThan(25);
    asked.keySet().removeAll(shown);
    assertThat(asked).as("asked for, but nobody shows them; shown are " + shown).isEmpty();
  }

  /** Dashboards' queries as rules, which promtool then checks. */
  @Test
  void queriesAreLeftForPromtool() throws Exception {
    StringBuilder rules = new StringBuilder("groups:\n  - name: dashboards\n    rules:\n");
    int count = 0;
    for (Path file : Deploy.files("grafana/dashboards", ".json")) {
      JsonNode dashboard = Deploy.JSON.readTree(Files.readString(file));
      for (JsonNode panel : dashboard.path("panels")) {
        assertThat(panel.path("title").asText()).isNotBlank();
        for (JsonNode target : panel.path("targets")) {
          rules.append("      - record: freshet:panel").append(count++).append('\n');
          rules
              .append("        expr: ")
              .append(Deploy.JSON.writeValueAsString(target.path("expr").asText()))
              .append('\n');
        }
      }
    }
    assertThat(count).isGreaterThan(30);
    Files.writeString(Deploy.target("dashboards.rules.yml"), rules);
  }

  @Test
  void dashboardsAreWhole() throws Exception {
    Set<String> uids = new TreeSet<>();
    for (Path file : Deploy.files("grafana/dashboards", ".json")) {
      JsonNode dashboard = Deploy.JSON.readTree(Files.readString(file));
      assertThat(uids.add(dashboard.path("uid").asText())).as(file.toString()).isTrue();
      Set<Integer> ids = new TreeSet<>();
      for (JsonNode panel : dashboard.path("panels")) {
        assertThat(ids.add(panel.path("id").asInt())).as(file + " " + panel.path("id")).isTrue();
        assertThat(panel.at("/gridPos/x").asInt() + panel.at("/gridPos/w").asInt())
            .isLessThanOrEqualTo(24);
        assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
      }
    }
    assertThat(uids).hasSize(3);
  }

  @Test
  void everyAlertHasItsPage() throws Exception {
    Set<String> alerts = new TreeSet<>();
    JsonNode rules = Deploy.yaml("grafana/alerts/freshet.rules.yml");
    for (JsonNode group : rules.path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        String name = rule.path("alert").asText();
        alerts.add(name);
        String page = "grafana/runbooks/" + name + ".md";
        assertThat(rule.at("/annotations/runbook").asText()).isEqualTo("deploy/" + page);
        assertThat(rule.at("/labels/severity").asText()).isIn("critical", "warning", "info");
        assertThat(Deploy.text(page))
            .startsWith("# " + name + "\n")
            .containsSubsequence("## Meaning", "## First look", "## Mend");
      }
    }
    assertThat(Deploy.files("grafana/runbooks", ".md"))
        .extracting(file -> file.getFileName().toString().replace(".md", ""))
        .containsExactlyElementsOf(alerts);
  }
}
