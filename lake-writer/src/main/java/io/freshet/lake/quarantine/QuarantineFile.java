package io.freshet.lake.quarantine;

import io.freshet.lake.source.TopicPosition;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The bad records of one Kafka partition that one commit passed over.
 *
 * @param topic Kafka topic
 * @param partition Kafka partition
 * @param start the table's position in the partition before the commit, a Kafka offset
 */
public record QuarantineFile(String topic, int partition, long start) {
  private static final Pattern NAME = Pattern.compile("([^/+]+)\\+(\\d+)\\+(\\d{20})\\.avro");

  String name() {
    return "%s+%d+%020d.avro".formatted(topic, partition, start);
  }

  static Optional<QuarantineFile> parse(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches()
        ? Optional.of(
            new QuarantineFile(
                matcher.group(1),
                Integer.parseInt(matcher.group(2)),
                Long.parseLong(matcher.group(3))))
        : Optional.empty();
  }

  /**
   * Whether the commit that the file belongs to was made.
   *
   * @param position the table's position in the topic
   */
  public boolean isCommitted(TopicPosition position) {
    return start < position.of(partition).orElse(Long.MIN_VALUE);
  }
}
