package io.freshet.connectors;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;

/**
 * What {@code freshet snapshot} notes in the comment of its publication.
 *
 * @param slot the replication slot that it made
 * @param lsn where the slot begins; empty while it is being made
 * @param topicPrefix first part of the names of the topics that the lake's tables read
 * @param finished whether all tables are loaded
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record SnapshotMark(String slot, String lsn, String topicPrefix, boolean finished) {
  private static final String BEGIN = "freshet-snapshot ";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @param comment a publication's; null for none
   * @return empty if it is something else
   */
  static Optional<SnapshotMark> in(String comment) {
    if (comment == null || !comment.startsWith(BEGIN)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(comment.substring(BEGIN.length()), SnapshotMark.class));
    } catch (JsonProcessingException changed) {
      throw CommandException.rejected(
          "the comment of the publication was changed: '"
              + comment
              + "'; a snapshot's is left alone",
          changed.getMessage());
    }
  }
}
