package io.freshet.lake.verify;

/**
 * A row as one side has it.
 *
 * @param identity of this version of the row: one that is written anew has another, even with the
 *     same values
 * @param text of its columns that are not of the key
 */
record RowVersion(String identity, String text) {}
