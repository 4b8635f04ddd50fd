/**
 * The {@code freshet connectors} tool: Kafka Connect's REST API as declarative commands over files.
 *
 * <p>A file holds exactly the body of {@code PUT /connectors/<name>/config}, so it works without
 * the tool too. {@link io.freshet.connectors.ConnectorsCommand} is the only public type.
 */
package io.freshet.connectors;
