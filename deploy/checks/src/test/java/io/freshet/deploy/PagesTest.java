package io.freshet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.lake.metrics.Backlog;
import io.freshet.lake.metrics.JobStatus;
import io.freshet.lake.metrics.StatusJson;
import io.freshet.lake.metrics.TableState;
import io.freshet.lake.metrics.TableStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What pages say of files, and files of one another. */
class PagesTest {
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\b[A-Z]+(?:_[A-Z]+)+\\b|\\bVERSION\\b");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");

  /** Words that look like placeholders: settings' names, of the environment and of tools. */
  private static final Pattern NAME =
      Pattern.compile(
          "(FRESHET|AWS)_.*|SPARK_HOME|JAVA_HOME|CAPABILITY_IAM|ON_ERROR_STOP|SSE_KMS|SASL_SSL");

  private static Set<String> placeholders(String text) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = PLACEHOLDER.matcher(text);
    while (matcher.find()) {
      if (!NAME.matcher(matcher.group()).matches()) {
        found.add(matcher.group());
      }
    }
    return found;
  }

  @Test
  void everyPlaceholderStandsInTheOneList() throws Exception {
    Set<String> listed = new TreeSet<>();
    Deploy.text("aws/README.md")
        .lines()
        .filter(line -> line.startsWith("| `"))
        .forEach(line -> listed.addAll(placeholders(line.split("\\|")[1])));
    Map<String, Set<String>> unlisted = new TreeMap<>();
    Set<String> used = new TreeSet<>();
    List<Path> files = new java.util.ArrayList<>(Deploy.files(".", ".json"));
    files.removeIf(file -> !file.toString().matches(".*(/parameters/|variables.example).*"));
    assertThat(files).hasSizeGreaterThan(5);
    for (String page : List.of("aws", "emr", "msk", "rds", "kubernetes", "spark", "airflow")) {
      files.add(Deploy.path(page + "/README.md"));
    }
    for (Path file : files) {
      Set<String> found = placeholders(Files.readString(file).replaceAll("(?m)^\\| `.*$", ""));
      used.addAll(found);
      found.removeAll(listed);
      if (!found.isEmpty()) {
        unlisted.put(file.toString(), found);
      }
    }
    assertThat(unlisted).as("not in the table of deploy/aws/README.md").isEmpty();
    assertThat(used).as("in the table, but nowhere used").containsAll(listed);
  }

  @Test
  void linksLeadSomewhere() throws Exception {
    Set<String> broken = new TreeSet<>();
    for (Path page : Deploy.files(".", ".md")) {
      Matcher matcher = LINK.matcher(Files.readString(page));
      while (matcher.find()) {
        if (!Files.exists(page.getParent().resolve(matcher.group(1)))) {
          broken.add(page + " → " + matcher.group(1));
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void parametersAreTheTemplates() throws Exception {
    Map<String, String> templates =
        Map.of(
            "emr/parameters/dev.json", "emr/cluster.yaml",
            "emr/parameters/prod.json", "emr/cluster.yaml",
            "msk/parameters/dev.json", "msk/connect.yaml",
            "msk/parameters/prod.json", "msk/connect.yaml",
            "aws/parameters/registry-dev.json", "aws/registry.yaml",
            "aws/parameters/registry-prod.json", "aws/registry.yaml");
    for (Map.Entry<String, String> each : templates.entrySet()) {
      JsonNode known = Deploy.yaml(each.getValue()).path("Parameters");
      Set<String> required = new TreeSet<>();
      known
          .properties()
          .forEach(
              one -> {
                if (!one.getValue().has("Default")) {
                  required.add(one.getKey());
                }
              });
      Set<String> given = new TreeSet<>();
      Deploy.json(each.getKey()).forEach(one -> given.add(one.asText().split("=", 2)[0]));
      assertThat(given).as(each.getKey()).containsAll(required);
      given.forEach(one -> assertThat(known.has(one)).as(each.getKey() + " " + one).isTrue());
    }
  }

  @Test
  void composeRunsTheDemosTablesOnThisMachineAlone() throws Exception {
    assertThat(Deploy.yaml("compose/lake/lake.yaml").path("tables"))
        .isEqualTo(Deploy.yaml("local/lake.yaml").path("tables"));
    JsonNode services = Deploy.yaml("compose/compose.yaml").path("services");
    services
        .findValues("ports")
        .forEach(ports -> ports.forEach(one -> assertThat(one.asText()).startsWith("127.0.0.1:")));
  }

  /** A status as the running job gives it, for the tests of deploy/airflow. */
  @Test
  void aStatusIsLeftForAirflow() throws Exception {
    Instant newest = Instant.parse("2026-01-02T03:04:05Z");
    JobStatus status =
        new JobStatus(
            JobStatus.Phase.RUNNING,
            "",
            newest.plusSeconds(2),
            Optional.of(newest.minusSeconds(60)),
            "landing log",
            Map.of("tables", 3L),
            List.of(
                new TableStatus(
                    "moma.artists",
                    "moma.public.artists",
                    TableState.RUNNING,
                    "",
                    Optional.<Duration>empty(),
                    Map.of(0, 12L),
                    Optional.empty(),
                    Optional.of(newest.plusSeconds(1)),
                    Optional.of(newest),
                    Optional.of(new Backlog(5, OptionalLong.empty())),
                    OptionalLong.of(0),
                    Optional.empty(),
                    Optional.empty())),
            Map.of(),
            Optional.empty());
    JsonNode json = new ObjectMapper().readTree(StatusJson.of(status).toString());
    assertThat(json.at("/tables/0/newestSourceAt").asText()).isEqualTo(newest.toString());
    Files.writeString(Deploy.target("status.json"), json.toString());
  }
}
