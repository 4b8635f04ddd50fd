package io.freshet.lake.table;

import io.freshet.lake.LakeException;

/** Another job has taken this one's tables over, so it must not commit any more. */
public final class LeaseLostException extends LakeException {
  private static final long serialVersionUID = 1L;

  LeaseLostException(String message) {
    super(message);
  }
}
