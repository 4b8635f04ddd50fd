#!/usr/bin/env bash
# Submits the lake job to a Spark cluster, or prints the spark-submit line that does.
#
#   submit.sh [options] local|standalone|yarn|k8s COMMAND [ARGUMENTS…]
#
#   submit.sh --print yarn ingest --config lake.yaml
#   submit.sh --master spark://host:7077 standalone verify --config lake.yaml
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: submit.sh [options] local|standalone|yarn|k8s COMMAND [ARGUMENTS…]

COMMAND and ARGUMENTS are the lake writer's: ingest --config lake.yaml, maintain, verify, …

  --print                 print the line instead of running it
  --master URL            standalone: spark://HOST:7077; k8s: k8s://https://HOST:6443
  --deploy-mode MODE      client or cluster; default: client for local and standalone, cluster for yarn and k8s
  --jars DIR              folder with freshet-lake-job*.jar and hudi-spark*-bundle*.jar, or local:///DIR on every
                          node; default: what `mvn package` made; k8s: local:///opt/freshet in the image
  --name NAME             the application's name; default: freshet-COMMAND
  --driver-memory SIZE    default 2g
  --executors N           default 2 (not local)
  --executor-cores N      default 2 (not local)
  --executor-memory SIZE  default 4g (not local)
  --image IMAGE           k8s: an image with Spark, S3A and the jars
  --namespace NAME        k8s; default: default
  --service-account NAME  k8s; default: freshet
  --properties-file FILE  Spark settings, secrets among them; must be readable by you alone
  --conf NAME=VALUE       one more Spark setting; may be repeated

The environment: SPARK_HOME (else spark-submit of the PATH); FRESHET_S3_ENDPOINT and FRESHET_S3_REGION for a
store that is not AWS. Variables that --config names as ${env:NAME} are handed to a driver that runs elsewhere,
unless they are secrets: those are ${file:…} there.
TEXT
}

fail() {
  echo "submit.sh: $1" >&2
  exit 2
}

print=false master='' mode='' jars='' name='' driver_memory=2g executors=2 cores=2 memory=4g
image='' namespace=default account=freshet properties=''
declare -a extra=()
while (($#)); do
  case $1 in
    --print) print=true ;;
    --help | -h) usage && exit 0 ;;
    --master | --deploy-mode | --jars | --name | --driver-memory | --executors | --executor-cores | \
      --executor-memory | --image | --namespace | --service-account | --properties-file | --conf)
      (($# > 1)) || fail "$1 needs a value; submit.sh --help lists them"
      case $1 in
        --master) master=$2 ;;
        --deploy-mode) mode=$2 ;;
        --jars) jars=${2%/} ;;
        --name) name=$2 ;;
        --driver-memory) driver_memory=$2 ;;
        --executors) executors=$2 ;;
        --executor-cores) cores=$2 ;;
        --executor-memory) memory=$2 ;;
        --image) image=$2 ;;
        --namespace) namespace=$2 ;;
        --service-account) account=$2 ;;
        --properties-file) properties=$2 ;;
        --conf)
          [[ $2 == *=* ]] || fail "--conf $2 is no NAME=VALUE"
          shopt -s nocasematch
          # Kubernetes' settings only name the Secrets that it mounts.
          [[ ${2%%=*} =~ secret|password|token|access\.key && ! ${2%%=*} =~ ^spark\.kubernetes\.(driver|executor)\.secret(s|KeyRef)\. ]] &&
            fail "--conf ${2%%=*} is a secret, and a command line can be read by all of this machine; put it into --properties-file"
          shopt -u nocasematch
          extra+=(--conf "$2")
          ;;
      esac
      shift
      ;;
    -*) fail "unknown option $1; submit.sh --help lists them" ;;
    *) break ;;
  esac
  shift
done
(($# >= 2)) || fail "name a cluster (local, standalone, yarn, k8s) and a command, such as: submit.sh yarn ingest --config lake.yaml"
cluster=$1 command=$2
shift 2

case $cluster in
  local) master=${master:-local[*]} mode=${mode:-client} ;;
  standalone)
    [[ $master == spark://* ]] || fail "standalone needs --master spark://HOST:7077, not '$master'"
    mode=${mode:-client}
    ;;
  yarn) master=${master:-yarn} mode=${mode:-cluster} ;;
  k8s)
    [[ $master == k8s://* ]] || fail "k8s needs --master k8s://https://HOST:6443, not '$master'"
    [[ $image ]] || fail "k8s needs --image, made by deploy/kubernetes/image"
    mode=${mode:-cluster} jars=${jars:-local:///opt/freshet}
    ;;
  *) fail "unknown cluster '$cluster': local, standalone, yarn or k8s" ;;
esac
[[ $mode == client || $mode == cluster ]] || fail "--deploy-mode is client or cluster, not '$mode'"

# The jars: of this build, of a folder, or already on every node.
if [[ ! $jars ]]; then
  jars=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)/target/freshet/lib/lake-job
fi
if [[ $jars == local:* ]]; then
  job=$jars/freshet-lake-job.jar hudi=$jars/hudi-spark-bundle.jar
else
  shopt -s nullglob
  found=("$jars"/freshet-lake-job*.jar)
  ((${#found[@]} == 1)) || fail "$jars has ${#found[@]} files freshet-lake-job*.jar, not one; run mvn package, or name another --jars"
  job=${found[0]}
  found=("$jars"/hudi-spark*bundle*.jar)
  ((${#found[@]} == 1)) || fail "$jars has ${#found[@]} files hudi-spark*bundle*.jar, not one; run mvn package, or name another --jars"
  hudi=${found[0]}
fi

# The config: a driver in client mode reads it where it lies; YARN takes it along; on Kubernetes it is in the
# image or mounted.
config=''
declare -a arguments=("$@")
for ((i = 0; i < ${#arguments[@]}; i++)); do
  if [[ ${arguments[i]} == --config ]] && ((i + 1 < ${#arguments[@]})); then
    config=${arguments[i + 1]}
    at=$((i + 1))
  elif [[ ${arguments[i]} == --config=* ]]; then
    config=${arguments[i]#--config=}
    arguments[i]=--config
    arguments=("${arguments[@]:0:i+1}" "$config" "${arguments[@]:i+1}")
    at=$((i + 1))
  fi
done

line=("${SPARK_HOME:+$SPARK_HOME/bin/}spark-submit" --master "$master" --deploy-mode "$mode"
  --name "${name:-freshet-$command}" --class io.freshet.lake.command.Main --driver-memory "$driver_memory"
  --jars "$hudi")

if [[ $cluster != local ]]; then
  line+=(--executor-memory "$memory" --executor-cores "$cores")
  if [[ $cluster == standalone ]]; then
    line+=(--total-executor-cores $((executors * cores)))
  else
    line+=(--num-executors "$executors")
  fi
fi

if [[ $properties ]]; then
  [[ -f $properties ]] || fail "--properties-file $properties does not exist"
  [[ $(stat -c %a "$properties") =~ 00$ ]] ||
    fail "$properties can be read by others; chmod 600 $properties"
  line+=(--properties-file "$properties")
fi

if [[ ${FRESHET_S3_ENDPOINT:-} ]]; then
  tls=true
  [[ $FRESHET_S3_ENDPOINT == http://* ]] && tls=false
  line+=(--conf "spark.hadoop.fs.s3a.endpoint=$FRESHET_S3_ENDPOINT"
    --conf spark.hadoop.fs.s3a.path.style.access=true
    --conf "spark.hadoop.fs.s3a.connection.ssl.enabled=$tls")
fi
if [[ ${FRESHET_S3_REGION:-} ]]; then
  line+=(--conf "spark.hadoop.fs.s3a.endpoint.region=$FRESHET_S3_REGION")
fi

# What the config names of the environment, for a driver that has another one.
environment=''
case $cluster:$mode in
  yarn:cluster)
    environment=spark.yarn.appMasterEnv
    if [[ $config && $config != *://* && $config != /* || -f $config ]]; then
      [[ -f $config ]] || fail "--config $config does not exist"
      line+=(--files "$config")
      arguments[at]=$(basename -- "$config")
    fi
    # Failures of an hour ago don't count: a job that runs for months may be started anew many times.
    # Any other command says by its end how it went, and is repeated by whoever asked for it.
    attempts=1
    [[ $command == ingest ]] && attempts=10
    line+=(--conf "spark.yarn.maxAppAttempts=$attempts"
      --conf spark.yarn.am.attemptFailuresValidityInterval=1h
      --conf spark.yarn.executor.failuresValidityInterval=1h)
    ;;
  standalone:cluster)
    [[ ! $properties ]] || ! grep -Eiq '^[[:space:]]*[^#[:space:]]*(secret|password|token|access\.key)' "$properties" ||
      fail "$properties has secrets, and Spark's standalone master puts settings on its drivers' command lines; use --deploy-mode client, or give the workers a role"
    [[ ! -f $config ]] || arguments[at]=$(realpath -- "$config")
    # What Spark opens for itself on Java 17 everywhere but here.
    opened=''
    for package in base/java.lang base/java.lang.invoke base/java.lang.reflect base/java.io base/java.net \
      base/java.nio base/java.util base/java.util.concurrent base/java.util.concurrent.atomic base/sun.nio.ch \
      base/sun.nio.cs base/sun.security.action base/sun.util.calendar security.jgss/sun.security.krb5; do
      opened+="--add-opens=java.$package=ALL-UNNAMED "
    done
    line+=(--driver-java-options "$opened-Djdk.reflect.useDirectMethodHandle=false")
    [[ $command == ingest ]] && line+=(--supervise)
    ;;
  k8s:*)
    environment=spark.kubernetes.driverEnv
    line+=(--conf "spark.kubernetes.container.image=$image"
      --conf "spark.kubernetes.namespace=$namespace"
      --conf "spark.kubernetes.authenticate.driver.serviceAccountName=$account")
    ;;
esac
if [[ $environment && -f $config ]]; then
  while read -r variable; do
    [[ $variable =~ SECRET|PASSWORD|TOKEN|KEY ]] &&
      fail "$config names the secret \${env:$variable}, which a command line would show; use \${file:/path:key}, a file on the driver's node"
    [[ ${!variable+set} ]] || fail "$config names \${env:$variable}, which is not set here"
    line+=(--conf "$environment.$variable=${!variable}")
  done < <(grep -oE '^[^#]*' "$config" | grep -oE '\$\{env:[A-Za-z_][A-Za-z0-9_]*\}' | tr -d '${}' | cut -d: -f2 | sort -u)
fi

line+=(${extra[@]+"${extra[@]}"} "$job" "$command" ${arguments[@]+"${arguments[@]}"})

if $print; then
  printf '%q ' "${line[@]}" | sed 's/ $//'
  printf '\n'
  exit 0
fi
command -v "${line[0]}" > /dev/null ||
  fail "${line[0]} is not there; set SPARK_HOME to a Spark 3.5 for Scala 2.12"
exec "${line[@]}"
