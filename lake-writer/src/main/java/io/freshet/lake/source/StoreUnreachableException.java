package io.freshet.lake.source;

import io.freshet.lake.LakeException;

/** The landing log's store does not answer, or not now; another try may do. */
final class StoreUnreachableException extends LakeException {
  private static final long serialVersionUID = 1L;

  StoreUnreachableException(String message, Throwable cause) {
    super(message, cause);
  }
}
