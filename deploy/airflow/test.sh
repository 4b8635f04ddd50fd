#!/usr/bin/env bash
# Runs the DAGs' tests on a real Airflow, in a virtual environment under target/ that is made once.
#   test.sh [pytest's arguments…]
#   test.sh --local     a DAG's run against the local stack, which Maven builds and starts
#   test.sh --prepare   only makes the environment
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
environment=$here/target/venv
python=${PYTHON:-python3}
if ! cmp -s "$here/requirements.txt" "$environment/ready"; then
  "$python" -m venv "$environment"
  "$environment/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
  cp -- "$here/requirements.txt" "$environment/ready"
fi
if [[ ${1:-} == --prepare ]]; then
  exit 0
fi
if [[ ${1:-} == --local ]]; then
  exec mvn -B -ntp -f "$here/../../pom.xml" verify -pl integration-tests,deploy/converter -am \
    -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false \
    -Dit.test=AirflowIT -Dfailsafe.failIfNoSpecifiedTests=false \
    "-Dfreshet.airflow.python=$environment/bin/python"
fi
exec "$environment/bin/python" -m pytest -q -p no:cacheprovider "$here/tests" "$@"
