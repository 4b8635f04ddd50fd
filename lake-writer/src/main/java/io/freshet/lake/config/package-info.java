/** The lake job's YAML file, read whole and validated before Spark starts. */
package io.freshet.lake.config;
