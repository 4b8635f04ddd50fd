package io.freshet.lake.source;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enters the landing log's chains at any position: a table that was read from Kafka before stands
 * somewhere inside of a file, or even ahead of what has landed.
 */
final class LandingChains {
  private static final Logger LOG = LoggerFactory.getLogger(LandingChains.class);

  private final LandingLog log;

  /** Of a partition, where a step begins at which its reader stands or behind which it does. */
  private final Map<String, Long> steps = new HashMap<>();

  LandingChains(LandingLog log) {
    this.log = log;
  }

  /**
   * The files of one partition that hold anything from a position on, in order and without a gap.
   * The first of them may begin before it.
   *
   * @param from the position; empty for wherever the log begins
   * @param limit how many files at most, but at least one step of the log
   * @throws io.freshet.lake.LakeException if the chain is broken
   */
  List<LandedFile> files(String topic, int partition, OptionalLong from, int limit) {
    String chain = topic + "-" + partition;
    if (from.isPresent()) {
      Long step = steps.get(chain);
      if (step == null || step > from.getAsLong()) {
        step = enter(topic, partition, from.getAsLong());
        steps.put(chain, step);
      }
    }
    OptionalLong begin = from.isPresent() ? OptionalLong.of(steps.get(chain)) : from;
    List<LandedFile> files = log.files(topic, partition, begin, limit);
    if (files.isEmpty()) {
      return files;
    }
    LandedFile last = files.get(files.size() - 1);
    if (from.isPresent() && last.next() <= from.getAsLong()) {
      // All of it is behind the reader; the step that it waits for follows.
      steps.put(chain, last.next());
      return List.of();
    }
    steps.put(chain, last.next());
    return files.stream().filter(file -> from.isEmpty() || file.next() > from.getAsLong()).toList();
  }

  private long enter(String topic, int partition, long position) {
    // From the beginning of the log, since a key says where its step begins, not where it ends.
    OptionalLong before = log.lastStepBefore(topic, partition, position);
    LOG.debug("{}-{}: position {} is looked for from {} on", topic, partition, position, before);
    return before.orElse(position);
  }
}
