package io.freshet.lake.verify;

import java.util.Optional;

/**
 * A type of PostgreSQL; never a domain, but what it is based on.
 *
 * @param name as in {@code pg_type}, such as {@code int4}
 * @param kind {@code typtype}: {@code b} base, {@code e} enum, {@code r} range, {@code c} composite
 * @param qualified its name with its schema, quoted, for a cast
 * @param modifier of a column, such as its length; -1 for none
 * @param element an array's; empty for others
 */
record SourceType(
    String name, String kind, String qualified, int modifier, Optional<SourceType> element) {}
