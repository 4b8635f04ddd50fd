/** What HoodieStreamer (DeltaStreamer) was told, as the lake job's YAML. */
package io.freshet.lake.config.hoodie;
