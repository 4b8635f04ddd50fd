package io.freshet.lake.config;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which topics an entry of {@code tables} is for.
 *
 * @param include names or patterns, in which {@code *} stands for any text; at least one
 * @param exclude names or patterns of topics that are left out after all
 */
public record TopicPattern(List<String> include, List<String> exclude) {
  public TopicPattern {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }

  /** One topic by its name. */
  public static TopicPattern only(String topic) {
    return new TopicPattern(List.of(topic), List.of());
  }

  /** Whether a topic is one of them. */
  public boolean matches(String topic) {
    return include.stream().anyMatch(pattern -> matches(pattern, topic))
        && exclude.stream().noneMatch(pattern -> matches(pattern, topic));
  }

  /** The topics that are named whole, and so are missed if they never appear. */
  public List<String> names() {
    return include.stream().filter(name -> !name.contains("*")).toList();
  }

  private static boolean matches(String pattern, String topic) {
    String regex =
        Arrays.stream(pattern.split("\\*", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*"));
    return topic.matches(regex);
  }
}
