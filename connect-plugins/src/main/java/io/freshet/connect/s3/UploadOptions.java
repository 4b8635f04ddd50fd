package io.freshet.connect.s3;

import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * How objects are uploaded.
 *
 * @param partBytes size of an upload's parts; a larger object is uploaded in parts
 * @param threads uploads of one task that may run at the same time
 * @param conditional whether the store itself refuses to overwrite an object
 * @param abortAfter age from which unfinished uploads are aborted; absent: never
 */
record UploadOptions(
    int partBytes, int threads, boolean conditional, Optional<Duration> abortAfter) {

  static final String PART_SIZE = "s3.part.size";
  static final String THREADS = "s3.upload.threads";
  static final String CONDITIONAL = "s3.conditional.writes";
  static final String ABORT_AFTER = "s3.abort.unfinished.after.ms";

  private static final int MIN_PART_BYTES = 5 * 1024 * 1024;

  static void define(ConfigDef def) {
    new PropertyGroup(def, "Uploads", 0)
        .add(
            PART_SIZE,
            Type.INT,
            25 * 1024 * 1024,
            ConfigDef.Range.atLeast(MIN_PART_BYTES),
            Importance.MEDIUM,
            "Bytes of an upload's parts. A file up to this size is uploaded with one PUT; a larger one"
                + " in parts.")
        .add(
            THREADS,
            Type.INT,
            4,
            ConfigDef.Range.between(1, 64),
            Importance.LOW,
            "Parts of a file, and files of one commit, that a task uploads at the same time.")
        .add(
            CONDITIONAL,
            Type.BOOLEAN,
            true,
            null,
            Importance.MEDIUM,
            "Whether objects are put with If-None-Match, so that the store refuses a second one at the"
                + " same key: what makes landing exactly-once. false is for stores without it: the"
                + " connector then looks whether the key is free and puts the object. Two tasks that"
                + " own a partition at the same time, as after a rebalance that one has not noticed"
                + " yet, can then overwrite each other's files: records can be lost or landed twice.")
        .add(
            ABORT_AFTER,
            Type.LONG,
            Duration.ofDays(1).toMillis(),
            ConfigDef.Range.atLeast(-1),
            Importance.LOW,
            "When a task is given a partition, it aborts the partition's unfinished uploads in parts"
                + " that are older than this, in milliseconds; their parts would be paid for until"
                + " then. Keep it well above the time that an upload takes. -1: never.");
  }

  static UploadOptions from(AbstractConfig config) {
    long abortAfter = config.getLong(ABORT_AFTER);
    return new UploadOptions(
        config.getInt(PART_SIZE),
        config.getInt(THREADS),
        config.getBoolean(CONDITIONAL),
        abortAfter < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(abortAfter)));
  }
}
