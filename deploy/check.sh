#!/usr/bin/env bash
# Checks what Maven can't: CloudFormation templates, requests to AWS, Spark's manifests, Prometheus' rules,
# Compose, and, with --airflow, the DAGs on a real Airflow. After `mvn verify`, which renders the chart and
# leaves the rest in checks/target. Tools come from PyPI and Debian, into target/tools; one that can't be had
# is named, and what it checks is skipped.
set -uo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")" || exit 2

airflow=false
case "${1:-}" in
  '') ;;
  --airflow) airflow=true ;;
  *)
    echo "usage: check.sh [--airflow]" >&2
    exit 2
    ;;
esac
tools=$PWD/target/tools left=$PWD/checks/target
mkdir -p "$tools"
passed=0 failed=0 skipped=0

check() {
  local name=$1
  shift
  local log
  log=$(mktemp)
  if "$@" > "$log" 2>&1; then
    passed=$((passed + 1))
    echo "ok       $name"
  else
    failed=$((failed + 1))
    echo "FAILED   $name"
    sed 's/^/         /' "$log"
  fi
  rm -f -- "$log"
}

skip() {
  skipped=$((skipped + 1))
  echo "SKIPPED  $1: $2"
}

# A program of a Debian package, unpacked without being installed: no service starts.
unpacked() {
  local package=$1 program=$2
  if command -v "$program"; then
    return 0
  fi
  if [[ ! -x $tools/$package/usr/bin/$program ]]; then
    command -v apt-get > /dev/null && command -v dpkg-deb > /dev/null || return 1
    (
      mkdir -p "$tools/download" && cd "$tools/download" || exit 1
      apt-get download -qq "$package" || { apt-get update -qq && apt-get download -qq "$package"; } || exit 1
      dpkg-deb -x "$package"_*.deb "$tools/$package"
    ) > /dev/null 2>&1 || return 1
  fi
  echo "$tools/$package/usr/bin/$program"
}

python=$tools/venv/bin/python
if [[ ! -e $tools/venv/ready ]] || ! cmp -s tools/requirements.txt "$tools/venv/ready"; then
  python3 -m venv "$tools/venv" &&
    "$tools/venv/bin/pip" install --quiet --disable-pip-version-check -r tools/requirements.txt &&
    cp tools/requirements.txt "$tools/venv/ready"
fi
if [[ -e $tools/venv/ready ]]; then
  check "CloudFormation: cfn-lint" "$tools/venv/bin/cfn-lint" \
    aws/storage.yaml aws/registry.yaml emr/cluster.yaml emr/serverless.yaml emr/eks.yaml msk/connect.yaml rds/parameter-group.yaml
  if [[ -d $left/requests ]]; then
    check "EMR: requests against AWS's models" "$python" tools/check_requests.py "$left/requests"
    check "Kubernetes: manifests against their schemas" "$python" tools/check_manifests.py "$left"/rendered/*.yaml
  else
    skip "EMR and Kubernetes" "$left/requests is missing; run mvn verify first"
  fi
else
  skip "CloudFormation, EMR, Kubernetes" "no virtual environment with tools/requirements.txt could be made"
fi

if promtool=$(unpacked prometheus promtool); then
  check "Prometheus: rules" "$promtool" check rules grafana/alerts/freshet.rules.yml
  check "Prometheus: alerts fire on what they are for" "$promtool" test rules grafana/alerts/freshet.test.yml
  check "Grafana: queries" "$promtool" check rules "$left/dashboards.rules.yml"
else
  skip "Prometheus, Grafana" "promtool is neither here nor in Debian's package prometheus"
fi

compose() {
  local copy
  copy=$(mktemp -d) || return 1
  cp -r compose kubernetes grafana "$copy" && mkdir "$copy/target" && (
    cd "$copy/compose" && ./secrets.sh && [[ $(stat -c %a secrets/postgres.env) == 600 ]] && "$@" config --quiet
  )
  local status=$?
  rm -rf -- "$copy"
  return "$status"
}
if docker compose version > /dev/null 2>&1; then
  check "Compose: docker compose config" compose docker compose
elif command -v docker-compose > /dev/null; then
  check "Compose: docker-compose config" compose docker-compose
else
  skip "Compose" "neither docker compose nor docker-compose is here"
fi

if shellcheck=$(unpacked shellcheck shellcheck); then
  check "shell scripts: shellcheck" "$shellcheck" --severity=warning artifacts.sh check.sh airflow/test.sh compose/*.sh compose/*/*.sh emr/*.sh spark/*.sh
else
  skip "shell scripts" "shellcheck is neither here nor in Debian's package"
fi

if $airflow; then
  if airflow/test.sh --prepare; then
    check "Airflow: DAGs" airflow/test.sh
  else
    skip "Airflow" "no virtual environment with airflow/requirements.txt could be made"
  fi
fi

printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
((failed == 0))
