package io.freshet.lake.postgres;

/**
 * A column as PostgreSQL's catalog has it. A domain stands there as the type that it is based on.
 *
 * @param name its name
 * @param type the type's name in the catalog, such as {@code int4}
 * @param kind {@code pg_type.typtype}: b for a base type, e for an enum
 * @param modifier the type's modifier, such as a numeric's precision and scale; -1 for none
 * @param element of an array, its elements' type; empty for no array
 * @param elementKind of an array, its elements' kind; a blank for no array
 * @param generated whether it is computed from others
 */
record PostgresColumn(
    String name,
    String type,
    char kind,
    int modifier,
    String element,
    char elementKind,
    boolean generated) {

  boolean isArray() {
    return !element.isEmpty();
  }
}
