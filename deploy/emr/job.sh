#!/usr/bin/env bash
# Starts the lake job on EMR Serverless or on EMR on EKS.
#
#   job.sh --application ID --role ARN --artifacts s3://BUCKET/freshet --version V --config s3://… serverless ingest
#   job.sh --cluster ID --log-group NAME --role ARN --artifacts … --version V --config s3://… eks verify
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: job.sh [options] serverless|eks COMMAND [ARGUMENTS…]

COMMAND and ARGUMENTS are the lake writer's: ingest, snapshot, verify, repair, maintain, recluster, purge, quarantine

  --application ID        serverless: output ApplicationId of deploy/emr/serverless.yaml
  --cluster ID            eks: output VirtualClusterId of deploy/emr/eks.yaml
  --log-group NAME        eks: output LogGroup of the same
  --role ARN              output JobRoleArn
  --artifacts s3://…      where deploy/artifacts.sh was uploaded to
  --version V             version in the artifacts' names
  --config s3://…         lake.yaml in S3
  --release LABEL         eks; default emr-7.12.0-latest
  --env NAME=VALUE        a variable that lake.yaml names as ${env:NAME}, no secret; may be repeated
  --secret NAME=WHERE     a variable whose value is a secret; may be repeated. serverless: the id of a secret in
                          Secrets Manager that is its plain text; eks: SECRET:KEY, a Secret of the namespace
  --driver-memory SIZE    default 4g
  --executors MIN:MAX     default 1:8
  --executor-cores N      default 2
  --executor-memory SIZE  default 6g
  --print                 print the request's JSON instead of sending it
TEXT
}

fail() {
  echo "job.sh: $1" >&2
  exit 2
}

application='' virtual='' group='' role='' artifacts='' version='' config='' release=emr-7.12.0-latest
driver_memory=4g executors=1:8 cores=2 memory=6g print=false
declare -a environment=() secrets=()
while (($#)); do
  case $1 in
    --print) print=true ;;
    --help | -h) usage && exit 0 ;;
    --application | --cluster | --log-group | --role | --artifacts | --version | --config | --release | --env | --secret | \
      --driver-memory | --executors | --executor-cores | --executor-memory)
      (($# > 1)) || fail "$1 needs a value; job.sh --help lists them"
      case $1 in
        --application) application=$2 ;;
        --cluster) virtual=$2 ;;
        --log-group) group=$2 ;;
        --role) role=$2 ;;
        --artifacts) artifacts=${2%/} ;;
        --version) version=$2 ;;
        --config) config=$2 ;;
        --release) release=$2 ;;
        --env)
          [[ $2 == *=* ]] || fail "--env $2 is no NAME=VALUE"
          [[ ${2%%=*} =~ SECRET|PASSWORD|TOKEN|KEY ]] &&
            fail "--env ${2%%=*} is a secret, and a job's settings are shown in the console; say where it is with --secret"
          environment+=("$2")
          ;;
        --secret)
          [[ $2 =~ ^[A-Za-z_][A-Za-z0-9_]*=[^[:space:]]+$ ]] || fail "--secret ${2%%=*} is no NAME=WHERE"
          secrets+=("$2")
          ;;
        --driver-memory) driver_memory=$2 ;;
        --executors) executors=$2 ;;
        --executor-cores) cores=$2 ;;
        --executor-memory) memory=$2 ;;
      esac
      shift
      ;;
    -*) fail "unknown option $1; job.sh --help lists them" ;;
    *) break ;;
  esac
  shift
done
(($# >= 2)) || fail "name where (serverless, eks) and what (ingest, verify, …); job.sh --help lists it"
where=$1 command=$2
shift 2
[[ $command =~ ^(ingest|snapshot|verify|repair|maintain|recluster|purge|quarantine)$ ]] ||
  fail "unknown command '$command': ingest, snapshot, verify, repair, maintain, recluster, purge or quarantine"
[[ $role == arn:*:role/* ]] || fail "--role is the ARN of the job's role, not '$role'"
[[ $artifacts == s3://* ]] || fail "--artifacts is a folder in S3, not '$artifacts'"
[[ $version ]] || fail "--version is missing: the version in the artifacts' names"
[[ $config == s3://*/*.yaml ]] || fail "--config is lake.yaml in S3, not '$config'"
[[ $executors =~ ^[0-9]+:[0-9]+$ ]] || fail "--executors is MIN:MAX, not '$executors'"

declare -a arguments=("$command" --config "$(basename -- "$config")" "$@")
[[ $command != maintain || " $* " == *" --once "* ]] || arguments+=(--once)

declare -a settings=(--class io.freshet.lake.command.Main
  --jars "$artifacts/hudi-spark-bundle.jar" --files "$config"
  --conf "spark.driver.memory=$driver_memory" --conf "spark.executor.memory=$memory"
  --conf "spark.executor.cores=$cores"
  --conf spark.dynamicAllocation.enabled=true
  --conf "spark.dynamicAllocation.minExecutors=${executors%:*}"
  --conf "spark.dynamicAllocation.maxExecutors=${executors#*:}")
prefix=spark.kubernetes.driverEnv
[[ $where == serverless ]] && prefix=spark.emr-serverless.driverEnv
for variable in ${environment[@]+"${environment[@]}"}; do
  [[ $variable != *[[:space:]]* ]] || fail "--env ${variable%%=*} has a blank in its value, which spark-submit's parameters can't hold"
  settings+=(--conf "$prefix.$variable")
done

for each in ${secrets[@]+"${secrets[@]}"}; do
  if [[ $where == eks ]]; then
    [[ ${each#*=} == *:* ]] || fail "--secret $each: on EKS it is NAME=SECRET:KEY"
    settings+=(--conf "spark.kubernetes.driver.secretKeyRef.$each")
  fi
done

request() {
  python3 - "$@" <<'PYTHON'
import json, sys

where, target, role, release, group, command, jar, named, count = sys.argv[1:10]
settings, arguments = sys.argv[10 : 10 + int(count)], sys.argv[10 + int(count) :]
secrets = dict(each.split("=", 1) for each in named.split())
driver = {
    "entryPoint": jar,
    "entryPointArguments": arguments,
    "sparkSubmitParameters": " ".join(settings),
}
if where == "serverless":
    streaming = command == "ingest"
    body = {
        "applicationId": target,
        "executionRoleArn": role,
        "name": "freshet-" + command,
        "mode": "STREAMING" if streaming else "BATCH",
        "executionTimeoutMinutes": 0 if streaming else 720,
        "jobDriver": {"sparkSubmit": driver},
    }
    if streaming:
        body["retryPolicy"] = {"maxFailedAttemptsPerHour": 5}
    else:
        body["retryPolicy"] = {"maxAttempts": 1}
    if secrets:
        # Looked up when the job starts; the request holds ids alone.
        body["configurationOverrides"] = {
            "applicationConfiguration": [
                {
                    "classification": "spark-defaults",
                    "properties": {
                        "spark.emr-serverless.driverEnv." + name: "EMR.secret@" + identity
                        for name, identity in secrets.items()
                    },
                }
            ]
        }
else:
    body = {
        "virtualClusterId": target,
        "executionRoleArn": role,
        "name": "freshet-" + command,
        "releaseLabel": release,
        "jobDriver": {"sparkSubmitJobDriver": driver},
        "configurationOverrides": {
            "monitoringConfiguration": {
                "cloudWatchMonitoringConfiguration": {
                    "logGroupName": group,
                    "logStreamNamePrefix": command,
                }
            }
        },
        "retryPolicyConfiguration": {"maxAttempts": 100 if command == "ingest" else 1},
    }
print(json.dumps(body, indent=2))
PYTHON
}

case $where in
  serverless)
    [[ $application ]] || fail "serverless needs --application, the application's id"
    target=$application service=emr-serverless query=jobRunId
    ;;
  eks)
    [[ $virtual ]] || fail "eks needs --cluster, the virtual cluster's id"
    [[ $group ]] || fail "eks needs --log-group, the log group's name"
    target=$virtual service=emr-containers query=id
    ;;
  *) fail "unknown place '$where': serverless or eks" ;;
esac
body=$(request "$where" "$target" "$role" "$release" "$group" "$command" \
  "$artifacts/freshet-lake-job-$version.jar" "${secrets[*]-}" "${#settings[@]}" "${settings[@]}" "${arguments[@]}")
if $print; then
  printf '%s\n' "$body"
else
  aws "$service" start-job-run --cli-input-json "$body" --query "$query" --output text
fi
