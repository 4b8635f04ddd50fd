package io.freshet.connect.s3;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The few things that the landing log asks of S3.
 *
 * <p>Every method throws {@link org.apache.kafka.connect.errors.RetriableException} when the store
 * can't answer just now (throttling, server errors, lost connections) and {@link
 * org.apache.kafka.connect.errors.ConnectException} when it refuses.
 */
interface ObjectStore extends AutoCloseable {

  /**
   * Keys under a prefix in lexical order, fetched page by page as they are read.
   *
   * @param prefix what the keys begin with
   * @param startAfter only keys after this string
   */
  Iterable<String> list(String prefix, String startAfter);

  /**
   * The metadata of an object.
   *
   * @return empty if there is no such object
   */
  Optional<Map<String, String>> metadata(String key);

  /**
   * Creates an object, whole or not at all, unless its key is taken.
   *
   * @return false if the key is taken, possibly by this very payload: an answer may have been lost
   */
  boolean putIfAbsent(String key, Payload payload, Map<String, String> metadata);

  /**
   * Does uploads, as many of them at the same time as the store is set to take. They call this
   * store's other methods.
   *
   * @throws RuntimeException the first failure; what was not begun then is not done
   */
  void upload(List<Runnable> uploads);

  /**
   * Aborts uploads in parts that were never completed.
   *
   * @param prefix what their keys begin with
   * @param key which of those keys are meant
   * @param before only uploads that began earlier
   */
  void abortUploads(String prefix, Predicate<String> key, Instant before);

  /** Deletes an object; one that isn't there is as good as deleted. */
  void delete(String key);

  @Override
  void close();
}
