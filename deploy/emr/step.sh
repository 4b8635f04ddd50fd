#!/usr/bin/env bash
# Adds a step to an EMR cluster of deploy/emr/cluster.yaml: the continuous ingest, or a command that ends.
#
#   step.sh --cluster j-XXXX --config s3://BUCKET/freshet/lake.yaml ingest
#   step.sh --cluster j-XXXX --config s3://BUCKET/freshet/lake.yaml verify --every 1h
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: step.sh --cluster ID --config s3://… [options] COMMAND [ARGUMENTS…]

COMMAND and ARGUMENTS are the lake writer's: ingest, snapshot, verify, repair, maintain, recluster, purge, quarantine

  --cluster ID            the cluster (output ClusterId of the stack)
  --config s3://…         lake.yaml in S3
  --metastore URI         what ${env:FRESHET_METASTORE_URI} is; default: the cluster's own
  --driver-memory SIZE    default 4g
  --executors MIN:MAX     default 1:8; how many there are follows the work
  --executor-cores N      default 2
  --executor-memory SIZE  default 6g
  --msk-iam               the job reads MSK with IAM: take AWS's login module along
  --conf NAME=VALUE       one more Spark setting; may be repeated
  --print                 print the step's JSON instead of adding it

An ingest that fails is started anew by YARN, ten times within an hour, and goes on where its tables are. The
other commands run once: how they end is the step's state.
TEXT
}

fail() {
  echo "step.sh: $1" >&2
  exit 2
}

cluster='' config='' metastore='' driver_memory=4g executors=1:8 cores=2 memory=6g print=false
jars=local:/usr/lib/freshet/hudi-spark-bundle.jar
declare -a extra=()
while (($#)); do
  case $1 in
    --print) print=true ;;
    --msk-iam) jars+=,local:/usr/lib/freshet/aws-msk-iam-auth.jar ;;
    --help | -h) usage && exit 0 ;;
    --cluster | --config | --metastore | --driver-memory | --executors | --executor-cores | --executor-memory | --conf)
      (($# > 1)) || fail "$1 needs a value; step.sh --help lists them"
      case $1 in
        --cluster) cluster=$2 ;;
        --config) config=$2 ;;
        --metastore) metastore=$2 ;;
        --driver-memory) driver_memory=$2 ;;
        --executors) executors=$2 ;;
        --executor-cores) cores=$2 ;;
        --executor-memory) memory=$2 ;;
        --conf) extra+=(--conf "$2") ;;
      esac
      shift
      ;;
    -*) fail "unknown option $1; step.sh --help lists them" ;;
    *) break ;;
  esac
  shift
done
(($#)) || fail "name a command, such as ingest; step.sh --help lists them"
command=$1
shift
[[ $command =~ ^(ingest|snapshot|verify|repair|maintain|recluster|purge|quarantine)$ ]] ||
  fail "unknown command '$command': ingest, snapshot, verify, repair, maintain, recluster, purge or quarantine"
[[ $cluster =~ ^j-[A-Z0-9]+$ ]] || fail "--cluster is an EMR cluster's id such as j-2AXXXXXXGAPLF, not '$cluster'"
[[ $config == s3://*/*.yaml ]] || fail "--config is lake.yaml in S3, such as s3://bucket/freshet/lake.yaml, not '$config'"
[[ $executors =~ ^[0-9]+:[0-9]+$ ]] || fail "--executors is MIN:MAX, not '$executors'"

if [[ ! $metastore ]]; then
  primary=$(aws emr describe-cluster --cluster-id "$cluster" --query Cluster.MasterPublicDnsName --output text)
  metastore=thrift://$primary:9083
fi

attempts=1
[[ $command == ingest ]] && attempts=10

# maintain and verify end by themselves, unless they are told to go on.
declare -a arguments=("$@")
[[ $command != maintain || " $* " == *" --once "* ]] || arguments+=(--once)

line=(spark-submit --master yarn --deploy-mode cluster --name "freshet-$command"
  --class io.freshet.lake.command.Main
  --jars "$jars"
  --files "$config"
  --driver-memory "$driver_memory" --executor-memory "$memory" --executor-cores "$cores"
  --conf spark.dynamicAllocation.enabled=true
  --conf "spark.dynamicAllocation.minExecutors=${executors%:*}"
  --conf "spark.dynamicAllocation.maxExecutors=${executors#*:}"
  --conf "spark.yarn.appMasterEnv.FRESHET_METASTORE_URI=$metastore"
  --conf "spark.yarn.maxAppAttempts=$attempts"
  --conf spark.yarn.am.attemptFailuresValidityInterval=1h
  --conf spark.yarn.executor.failuresValidityInterval=1h
  ${extra[@]+"${extra[@]}"}
  local:/usr/lib/freshet/freshet-lake-job.jar "$command" --config "$(basename -- "$config")"
  ${arguments[@]+"${arguments[@]}"})

# A failed check or maintenance must not end the cluster that ingest runs on.
step=$(python3 -c '
import json, sys
print(json.dumps([{
    "Name": "freshet-" + sys.argv[1],
    "ActionOnFailure": "CONTINUE",
    "Type": "CUSTOM_JAR",
    "Jar": "command-runner.jar",
    "Args": sys.argv[2:],
}], indent=2))
' "$command" "${line[@]}")

if $print; then
  printf '%s\n' "$step"
else
  aws emr add-steps --cluster-id "$cluster" --steps "$step" --query 'StepIds[0]' --output text
fi
