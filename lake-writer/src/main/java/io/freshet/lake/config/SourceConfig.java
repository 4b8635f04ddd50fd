package io.freshet.lake.config;

import java.net.URI;
import java.time.Duration;

/**
 * Where changes come from.
 *
 * @param kind which source
 * @param root the landing log's folder, the sink's {@code topics.dir} with its bucket
 * @param pollInterval how often new landings are looked for
 */
public record SourceConfig(SourceKind kind, URI root, Duration pollInterval) {}
