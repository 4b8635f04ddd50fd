package io.freshet.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.local.service.PartStatus;
import io.freshet.local.service.Stack;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "status",
    description =
        "Shows every part's process, health, endpoint and log; exits 0 if all are healthy.")
final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @ParentCommand private Freshet freshet;
  @Mixin private CommonOptions common;

  @Option(names = "--json", description = "for programs: every endpoint by name")
  private boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    Stack stack = freshet.stack();
    List<PartStatus> parts = stack.status();
    boolean healthy = parts.stream().allMatch(PartStatus::isHealthy);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          new ObjectMapper()
              .writerWithDefaultPrettyPrinter()
              .writeValueAsString(document(stack, parts, healthy)));
    } else {
      parts.forEach(part -> print(out, part));
      out.println("data in " + stack.data().root());
    }
    out.flush();
    return healthy ? 0 : 1;
  }

  private static Map<String, Object> document(
      Stack stack, List<PartStatus> parts, boolean healthy) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("healthy", healthy);
    document.put("dataDir", stack.data().root().toString());
    document.put("secretsFile", stack.data().secretsFile().toString());
    for (PartStatus part : parts) {
      Map<String, Object> entry = new LinkedHashMap<>(part.endpoint());
      entry.put("health", label(part));
      part.pid().ifPresent(pid -> entry.put("pid", pid));
      entry.put("memoryBytes", part.memoryBytes());
      entry.put("log", part.log().toString());
      if (!part.detail().isEmpty()) {
        entry.put("detail", part.detail());
      }
      document.put(part.part().label(), entry);
    }
    return document;
  }

  private static String label(PartStatus part) {
    return part.state().name().toLowerCase(Locale.ROOT);
  }

  private static void print(PrintWriter out, PartStatus part) {
    Object endpoint = part.endpoint().values().iterator().next();
    out.printf(
        "%-10s %-9s %8s %5d MB  %s%n",
        part.part().label(),
        label(part),
        part.pid().isPresent() ? part.pid().getAsLong() : "-",
        part.memoryBytes() >> 20,
        endpoint);
    if (!part.isHealthy()) {
      out.printf("           %s; log: %s%n", part.detail(), part.log());
    }
  }
}
