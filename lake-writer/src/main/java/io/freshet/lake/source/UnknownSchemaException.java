package io.freshet.lake.source;

import io.freshet.lake.LakeException;

/** The registry answers, but has no schema with an id. */
public final class UnknownSchemaException extends LakeException {
  private static final long serialVersionUID = 1L;

  UnknownSchemaException(String message) {
    super(message);
  }
}
