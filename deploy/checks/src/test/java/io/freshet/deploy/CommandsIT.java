package io.freshet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import io.freshet.lake.command.CommandLines;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What pages tell their readers to type, and what charts and scripts submit, is what the lake
 * writer's commands and the scripts take. After the other tests, which leave what they render.
 */
class CommandsIT {
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern SCRIPT = Pattern.compile(".*?([a-z]+\\.sh)");

  private static final Map<String, String> SCRIPTS =
      Map.of(
          "submit.sh", "spark/submit.sh",
          "step.sh", "emr/step.sh",
          "job.sh", "emr/job.sh",
          "artifacts.sh", "artifacts.sh",
          "check.sh", "check.sh",
          "test.sh", "airflow/test.sh");

  /** Such as {@code verify --json} and {@code quarantine list --table}. */
  private static Set<String> options;

  private static Set<String> commands;

  @TempDir private Path folder;

  @BeforeAll
  static void askTheLakeWriter() throws Exception {
    Shell.Answer answer = commandLines(Path.of("."), "options");
    assertThat(answer.status()).as(answer.err()).isZero();
    options = answer.out().lines().collect(Collectors.toSet());
    commands =
        options.stream()
            .filter(option -> !option.startsWith("-"))
            .map(option -> option.replaceAll(" .*", ""))
            // Spark SQL is typed into it, whose words are no options.
            .filter(command -> !command.equals("sql"))
            .collect(Collectors.toSet());
    assertThat(commands).contains("ingest", "snapshot", "verify", "repair", "maintain");
  }

  private static Shell.Answer commandLines(Path folder, String what) throws Exception {
    String spark =
        Path.of(System.getProperty("freshet.dist"), "lib/spark/freshet-spark-runtime.jar")
            .toString();
    Path classes =
        Path.of(CommandLines.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
    return Shell.run(
        folder,
        Map.of(),
        List.of(
            "bash",
            "-c",
            "if [[ -e lines ]]; then exec < lines; fi; exec \"$@\"",
            "bash",
            java,
            "-XX:TieredStopAtLevel=1",
            "-cp",
            spark + File.pathSeparator + classes,
            CommandLines.class.getName(),
            what));
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(Deploy.files(".", ".md"));
    pages.add(Deploy.repository("README.md"));
    pages.add(Deploy.repository("lake-writer/README.md"));
    return pages;
  }

  /** Lines of code, continued ones as one, without comments, and code within sentences. */
  private static List<String> code(Path page) throws IOException {
    List<String> found = new ArrayList<>();
    boolean block = false;
    for (String line : Files.readString(page).replace("\\\n", " ").split("\n")) {
      if (line.startsWith("```")) {
        block = !block;
      } else if (block) {
        found.add(line.replaceAll("(^|\\s)(#|--\\s).*", ""));
      } else {
        Matcher inline = CODE.matcher(line);
        while (inline.find()) {
          found.add(inline.group(1));
        }
      }
    }
    return found;
  }

  private static List<String> words(String code) {
    return Arrays.asList(code.trim().split("[\\s\"'\\[\\]|]+"));
  }

  @Test
  void optionsOfCommandsAreTheLakeWriters() throws IOException {
    Set<String> unknown = new TreeSet<>();
    Set<String> seen = new TreeSet<>();
    for (Path page : pages()) {
      for (String code : code(page)) {
        List<String> words = words(code);
        int at = 0;
        while (at < words.size() && !commands.contains(words.get(at))) {
          at++;
        }
        for (String word : words.subList(Math.min(at + 1, words.size()), words.size())) {
          String option = word.replaceAll("=.*", "");
          // --data is the local launcher's, before it hands over to the lake writer.
          if (option.matches("--[a-z].*") && !option.equals("--data")) {
            String command = words.get(at);
            seen.add(command);
            if (!options.contains(command + " " + option)
                && !options.contains(command + " " + words.get(at + 1) + " " + option)) {
              unknown.add(page.getFileName() + ": " + code);
            }
          }
        }
      }
    }
    assertThat(unknown).isEmpty();
    assertThat(seen).contains("ingest", "snapshot", "verify", "repair", "maintain");
  }

  @Test
  void optionsOfScriptsAreTheirs() throws Exception {
    Set<String> unknown = new TreeSet<>();
    Set<String> seen = new TreeSet<>();
    for (Path page : pages()) {
      for (String code : code(page)) {
        Set<String> known = null;
        for (String word : words(code)) {
          Matcher script = SCRIPT.matcher(word);
          if (script.matches() && SCRIPTS.containsKey(script.group(1))) {
            seen.add(script.group(1));
            String text = Deploy.text(SCRIPTS.get(script.group(1)));
            known = new TreeSet<>(List.of(text.split("[\\s\\[\\])|,]+")));
          } else if (commands.contains(word) || word.equals("&&")) {
            known = null;
          } else if (known != null && word.startsWith("--") && !known.contains(word)) {
            unknown.add(page.getFileName() + ": " + code);
          }
        }
      }
    }
    assertThat(unknown).isEmpty();
    assertThat(seen).containsExactlyInAnyOrderElementsOf(SCRIPTS.keySet());
  }

  @Test
  void theHudiThatAPageNamesIsTheOneThatIsBuilt() throws IOException {
    Matcher named =
        Pattern.compile("org\\.apache\\.hudi:([\\w.-]+):([\\w.-]+)")
            .matcher(Deploy.text("spark/README.md"));
    assertThat(named.find()).isTrue();
    assertThat(Path.of(System.getProperty("freshet.dist"), "lib/lake-job"))
        .isDirectoryContaining("glob:**/" + named.group(1) + "-" + named.group(2) + ".jar");
  }

  /** What is behind the lake job's jar in a request to EMR. */
  private static List<String> submitted(JsonNode request) {
    List<String> line = new ArrayList<>();
    JsonNode serverless = request.at("/jobDriver/sparkSubmit/entryPointArguments");
    JsonNode eks = request.at("/jobDriver/sparkSubmitJobDriver/entryPointArguments");
    if (serverless.isArray() || eks.isArray()) {
      (serverless.isArray() ? serverless : eks).forEach(each -> line.add(each.asText()));
      return line;
    }
    request.at("/0/Args").forEach(each -> line.add(each.asText()));
    return line.subList(
        line.indexOf("local:/usr/lib/freshet/freshet-lake-job.jar") + 1, line.size());
  }

  @Test
  void whatIsSubmittedIsUnderstood() throws Exception {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> requests = Files.list(Deploy.target("requests"))) {
      for (Path request : requests.sorted().toList()) {
        lines.add(String.join("\t", submitted(Deploy.JSON.readTree(Files.readString(request)))));
      }
    }
    try (Stream<Path> rendered = Files.list(Deploy.target("rendered"))) {
      for (Path file : rendered.sorted().toList()) {
        try (MappingIterator<JsonNode> manifests =
            Deploy.YAML.readerFor(JsonNode.class).readValues(Files.readString(file))) {
          while (manifests.hasNext()) {
            JsonNode manifest = manifests.next();
            if (manifest.path("kind").asText("").endsWith("SparkApplication")) {
              JsonNode spec = manifest.path("spec");
              List<String> line = new ArrayList<>();
              (spec.has("template") ? spec.path("template") : spec)
                  .path("arguments")
                  .forEach(each -> line.add(each.asText()));
              lines.add(String.join("\t", line));
            }
          }
        }
      }
    }
    assertThat(lines).hasSizeGreaterThan(20).allMatch(line -> line.contains("--config"));
    Files.write(folder.resolve("lines"), lines);
    Shell.Answer answer = commandLines(folder, "mistakes");
    assertThat(answer.status()).as(answer.err()).isZero();
    assertThat(answer.out()).isEmpty();

    Files.writeString(folder.resolve("lines"), "verify\t--config\tlake.yaml\t--no-such\n");
    assertThat(commandLines(folder, "mistakes").out()).contains("--no-such");
  }
}
