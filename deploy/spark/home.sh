#!/usr/bin/env bash
# Makes a Spark installation, bin/spark-submit and jars, out of the jars that the build brought from Maven, for
# machines without a distribution of Spark. It has S3A; it has nothing of the lake job, which brings its own.
#
#   home.sh DIR && SPARK_HOME=DIR deploy/spark/submit.sh local verify --config lake.yaml
set -euo pipefail

fail() {
  echo "home.sh: $1" >&2
  exit 2
}

(($# == 1)) || fail "name the folder to make: home.sh DIR"
home=$1
built=${FRESHET_DIST:-$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)/target/freshet}/lib/spark
[[ -f $built/freshet-spark-runtime.jar ]] || fail "$built has no jars; run mvn package"
[[ ! -e $home/jars ]] || fail "$home/jars is there already; name a new folder"

mkdir -p -- "$home/jars" "$home/bin"
for jar in "$built"/*.jar; do
  case $(basename -- "$jar") in
    # What the lake job's jar and Hudi's bundle hold.
    freshet-* | hudi-* | picocli-* | micrometer-* | prometheus-* | postgresql-* | kafka-clients-* | jline-3* | \
      jackson-dataformat-yaml-* | httpclient5-* | httpcore5-* | third-party-jackson-* | eventstream-* | \
      HdrHistogram-* | LatencyUtils-* | *-2.5[0-9].[0-9]*.jar) ;;
    *) ln -s -- "$(realpath -- "$jar")" "$home/jars/" ;;
  esac
done

cat > "$home/bin/spark-submit" <<'SCRIPT'
#!/usr/bin/env bash
# Spark's launcher says how the JVM is started: each argument ends with a NUL, the first is empty.
export SPARK_HOME=${SPARK_HOME:-$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)}
export SPARK_SCALA_VERSION=2.12
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
mapfile -d '' line < <("$java" -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main \
  org.apache.spark.deploy.SparkSubmit "$@")
((${#line[@]} > 1)) || exit 1
line=("${line[@]:1}")
line[0]=${line[0]#$'\n'}
exec "${line[@]}"
SCRIPT
chmod +x "$home/bin/spark-submit"
