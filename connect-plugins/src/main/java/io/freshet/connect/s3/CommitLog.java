package io.freshet.connect.s3;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.freshet.connect.avro.FileKind;
import io.freshet.schemas.LandingCommit;
import io.freshet.schemas.LandingKey;
import io.freshet.schemas.LandingMetadata;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log whose every step is a commit record that lists data files. They are put first, at keys that
 * no other attempt uses; the record at the key of its position makes them all part of the log.
 */
final class CommitLog extends LandingLog {
  private static final Logger LOG = LoggerFactory.getLogger(CommitLog.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String extension;

  /**
   * @param extension of the data files' names, without its dot
   */
  CommitLog(ObjectStore store, String topicsDir, String extension) {
    super(store, topicsDir);
    this.extension = extension;
  }

  @Override
  String prefix(TopicPartition partition) {
    return LandingCommit.prefix(topicsDir, partition.topic(), partition.partition());
  }

  @Override
  String key(TopicPartition partition, long position) {
    return LandingCommit.key(topicsDir, partition.topic(), partition.partition(), position);
  }

  @Override
  boolean isStep(String key) {
    return LandingCommit.isKey(topicsDir, key);
  }

  @Override
  Outcome land(SealedFiles files) {
    List<SealedFile> all = files.files();
    List<String> keys = keys(files);
    store.upload(
        IntStream.range(0, keys.size())
            .filter(i -> !all.get(i).isPut())
            .<Runnable>mapToObj(i -> () -> put(keys.get(i), all.get(i)))
            .toList());
    String commit = key(files.partition(), files.position());
    Outcome outcome = putStep(commit, new Bytes(record(files, keys)), files.metadata());
    if (outcome instanceof Fenced) {
      deleteOrphans(keys);
    }
    return outcome;
  }

  private void put(String key, SealedFile file) {
    // A taken key is this very file: its name is this attempt's own.
    store.putIfAbsent(key, file, file.metadata().toMap());
    file.markPut();
  }

  /** The files' keys; a file beside a data file has its name, and its kind before the extension. */
  private List<String> keys(SealedFiles files) {
    TopicPartition partition = files.partition();
    List<String> keys = new ArrayList<>();
    int number = -1;
    for (SealedFile file : files.files()) {
      boolean isData = file.kind() == FileKind.DATA;
      if (isData) {
        number++;
      }
      keys.add(
          "%s%s/%s+%d+%020d+%s-%d%s.%s"
              .formatted(
                  LandingKey.topicPrefix(topicsDir, partition.topic()),
                  file.path(),
                  partition.topic(),
                  partition.partition(),
                  files.position(),
                  files.writer(),
                  number,
                  isData ? "" : "." + file.kind().label(),
                  file.extension()));
    }
    return keys;
  }

  private static byte[] record(SealedFiles files, List<String> keys) {
    ObjectNode record = JSON.createObjectNode();
    record.put(LandingCommit.POSITION, files.position());
    files.metadata().toMap().forEach(record::put);
    ArrayNode list = record.putArray(LandingCommit.FILES);
    String data = "";
    for (int i = 0; i < keys.size(); i++) {
      SealedFile file = files.files().get(i);
      LandingMetadata metadata = file.metadata();
      ObjectNode entry = list.addObject();
      entry.put(LandingCommit.FILE_KEY, keys.get(i));
      entry.put(LandingCommit.FILE_BYTES, file.length());
      entry.put(LandingCommit.FILE_KIND, file.kind().label());
      if (file.kind() == FileKind.DATA) {
        data = keys.get(i);
      } else {
        entry.put(LandingCommit.FILE_OF, data);
      }
      metadata.toMap().forEach(entry::put);
    }
    try {
      return JSON.writeValueAsBytes(record);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a commit record is made of texts and numbers", impossible);
    }
  }

  /** No record lists them; whether they can be deleted just now changes nothing for readers. */
  private void deleteOrphans(List<String> keys) {
    for (String key : keys) {
      try {
        store.delete(key);
      } catch (ConnectException kept) {
        LOG.warn(
            "not deleted though no commit lists it key={} reason=\"{}\"", key, kept.getMessage());
      }
    }
  }

  @Override
  LandingLog other() {
    return new FileLog(store, topicsDir, extension);
  }

  private record Bytes(byte[] bytes) implements Payload {
    @Override
    public long length() {
      return bytes.length;
    }

    @Override
    public InputStream open(long from, long length) {
      return new ByteArrayInputStream(bytes, (int) from, (int) length);
    }
  }
}
