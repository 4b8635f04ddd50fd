package io.freshet.lake.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.freshet.lake.LakeException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * One mapping of the YAML file. It remembers which keys were asked for, so that {@link
 * #refuseUnknownKeys} needs no second list of them.
 */
final class Section {
  /** Stands for a value whose placeholder could not be resolved, which was said already. */
  static final JsonNode UNRESOLVED = JsonNodeFactory.instance.pojoNode("unresolved");

  /** Stands for a value that was none. */
  private static final URI NO_URI = URI.create("missing:uri");

  private final String path;
  private final JsonNode node;
  private final Problems problems;
  private final Set<String> known = new LinkedHashSet<>();
  private final Set<String> misspelt = new HashSet<>();

  /**
   * @param problems told of all that is wrong; what is read instead does for reading on
   */
  Section(String path, JsonNode node, Problems problems) {
    this.path = path;
    if (node.isObject()) {
      this.node = node;
      this.problems = problems;
    } else {
      problems.add((path.isEmpty() ? "the file" : path) + " must be a mapping of keys to values");
      this.node = JsonNodeFactory.instance.objectNode();
      this.problems = new Problems(); // That its keys are missing is no news.
    }
  }

  /** Reads something of this section, or goes on with something else. */
  <T> T or(T instead, Supplier<T> read) {
    return problems.or(instead, read);
  }

  /** Whether a key is there, even without a value. */
  boolean has(String key) {
    know(key);
    return node.has(key);
  }

  Section section(String key) {
    return or(Optional.<JsonNode>empty(), () -> Optional.of(required(key)))
        .map(value -> new Section(at(key), value, problems))
        .orElseGet(
            () -> new Section(at(key), JsonNodeFactory.instance.objectNode(), new Problems()));
  }

  List<Section> sections(String key) {
    return or(List.of(), () -> requiredSections(key));
  }

  private List<Section> requiredSections(String key) {
    JsonNode list = required(key);
    if (!list.isArray() || list.isEmpty()) {
      throw new LakeException(at(key) + " must be a list with at least one entry");
    }
    List<Section> sections = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      sections.add(new Section(at(key) + "[" + i + "]", list.get(i), problems));
    }
    return sections;
  }

  /** Empty where it is missing. */
  String text(String key) {
    return or("", () -> scalar(key, required(key)));
  }

  Optional<String> optionalText(String key) {
    return or(Optional.empty(), () -> optional(key).map(value -> scalar(key, value)));
  }

  List<String> texts(String key) {
    return or(List.of(), () -> list(key));
  }

  private List<String> list(String key) {
    List<String> texts = new ArrayList<>();
    optional(key)
        .ifPresent(
            list -> {
              if (!list.isArray()) {
                throw new LakeException(
                    at(key) + " is '" + list.asText() + "', but must be a list, such as [a, b]");
              }
              list.forEach(item -> texts.add(scalar(key, item)));
            });
    return texts;
  }

  /** A mapping of names that are not ours to know, such as another program's settings. */
  Map<String, String> textsByName(String key) {
    Map<String, String> texts = new TreeMap<>();
    optional(key)
        .ifPresent(
            mapping -> {
              Section section = new Section(at(key), mapping, problems);
              mapping.fieldNames().forEachRemaining(name -> texts.put(name, section.text(name)));
            });
    return texts;
  }

  URI uri(String key) {
    return or(NO_URI, () -> uri(key, scalar(key, required(key))));
  }

  Optional<URI> optionalUri(String key) {
    return optionalText(key).map(value -> or(NO_URI, () -> uri(key, value)));
  }

  int number(String key, int fallback, int least, int most) {
    return or(fallback, () -> requireNumber(key, fallback, least, most));
  }

  private int requireNumber(String key, int fallback, int least, int most) {
    Optional<String> value = optionalText(key);
    if (value.isEmpty()) {
      return fallback;
    }
    try {
      int number = Integer.parseInt(value.get());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      throw outOfRange(key, value.get(), least, most);
    }
    throw outOfRange(key, value.get(), least, most);
  }

  boolean flag(String key, boolean fallback) {
    String value = optionalText(key).orElse(Boolean.toString(fallback));
    if (!value.equals("true") && !value.equals("false")) {
      problems.add(at(key) + " is '" + value + "', but must be true or false");
      return fallback;
    }
    return value.equals("true");
  }

  <E extends Enum<E>> E choice(String key, E fallback) {
    return optionalText(key)
        .map(v -> or(fallback, () -> choice(key, v, fallback.getDeclaringClass())))
        .orElse(fallback);
  }

  void refuseUnknownKeys() {
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key) && !misspelt.contains(key)) {
                problems.add(
                    "unknown key " + at(key) + suggestion(key) + "; known keys here: " + known);
              }
            });
  }

  private void know(String key) {
    known.add(key);
    problems.understood(path, key);
  }

  /** The key's place in the file, such as {@code tables[0].topic}. */
  String at(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private String suggestion(String key) {
    return known.stream()
        .min(Comparator.comparingInt(candidate -> distance(key, candidate)))
        .filter(nearest -> distance(key, nearest) <= Math.max(2, nearest.length() / 3))
        .map(nearest -> "; did you mean '" + nearest + "'?")
        .orElse("");
  }

  private static int distance(String a, String b) {
    return LevenshteinDistance.getDefaultInstance()
        .apply(a.toLowerCase(Locale.ROOT).replace('_', '-'), b);
  }

  private JsonNode required(String key) {
    return optional(key)
        .orElseThrow(
            () -> {
              // A misspelt key is the likeliest reason for a missing one.
              refuseMisspelling(key);
              return new LakeException(at(key) + " is missing");
            });
  }

  private void refuseMisspelling(String key) {
    node.fieldNames()
        .forEachRemaining(
            present -> {
              if (!known.contains(present) && distance(present, key) <= 2) {
                misspelt.add(present);
                throw new LakeException(
                    "unknown key " + at(present) + "; did you mean '" + key + "'?");
              }
            });
  }

  private Optional<JsonNode> optional(String key) {
    know(key);
    JsonNode value = node.get(key);
    if (value == UNRESOLVED) {
      throw new Problems.AlreadyToldException();
    }
    return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  private String scalar(String key, JsonNode value) {
    if (value == UNRESOLVED) {
      throw new Problems.AlreadyToldException();
    }
    if (!value.isValueNode() || value.asText().isBlank()) {
      throw new LakeException(at(key) + " must be a single, non-empty value");
    }
    return value.asText();
  }

  private URI uri(String key, String value) {
    try {
      URI uri = new URI(value);
      if (uri.getScheme() != null) {
        return uri;
      }
    } catch (URISyntaxException malformed) {
      throw notAUri(key, value);
    }
    throw notAUri(key, value);
  }

  private LakeException notAUri(String key, String value) {
    return new LakeException(
        at(key) + " is '" + value + "', not a URI with a scheme such as s3a://bucket/folder");
  }

  private LakeException outOfRange(String key, String value, int least, int most) {
    return new LakeException(
        "%s is '%s', but must be a whole number from %d to %d"
            .formatted(at(key), value, least, most));
  }

  private <E extends Enum<E>> E choice(String key, String value, Class<E> type) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> spelling(constant).equals(value))
        .findFirst()
        .orElseThrow(
            () ->
                new LakeException(
                    "%s is '%s', but must be one of: %s"
                        .formatted(
                            at(key),
                            value,
                            Arrays.stream(type.getEnumConstants())
                                .map(Section::spelling)
                                .collect(Collectors.joining(", ")))));
  }

  private static String spelling(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
