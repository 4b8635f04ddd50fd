#!/bin/bash
# A command of the lake writer on Spark in this container.
set -eu
exec /opt/spark/bin/spark-submit --master 'local[*]' --class io.freshet.lake.command.Main \
  --driver-memory "${FRESHET_SPARK_MEMORY:-2g}" --jars /opt/freshet/hudi-spark-bundle.jar \
  --conf spark.hadoop.fs.s3a.endpoint="$FRESHET_S3_ENDPOINT" \
  --conf spark.hadoop.fs.s3a.endpoint.region="$FRESHET_S3_REGION" \
  --conf spark.hadoop.fs.s3a.path.style.access=true \
  --conf spark.hadoop.fs.s3a.connection.ssl.enabled=false \
  --conf spark.hadoop.fs.s3a.aws.credentials.provider=com.amazonaws.auth.EnvironmentVariableCredentialsProvider \
  --conf spark.hadoop.hive.metastore.uris="$FRESHET_METASTORE_URI" \
  /opt/freshet/freshet-lake-job.jar "$@"
