/**
 * What several stages of the pipeline must agree on: where a landed object lies and what it says of
 * itself, and the names of the change columns. Nothing here depends on a framework, so that both
 * Kafka Connect's class path and Spark's can carry it.
 */
package io.freshet.schemas;
