#!/usr/bin/env bash
# Runs the DAGs' tests on a real Airflow, in a virtual environment under target/ that is made once.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
environment=$here/target/venv
python=${PYTHON:-python3}
if [[ ! -e $environment/ready ]]; then
  "$python" -m venv "$environment"
  "$environment/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
  touch "$environment/ready"
fi
exec "$environment/bin/python" -m pytest -q -p no:cacheprovider "$here/tests" "$@"
