"""A whole run of a DAG, as Airflow runs it, against a lake on this machine; AirflowIT starts that."""

import json
import os
import subprocess
import sys

import pytest

VARIABLE = "FRESHET_AIRFLOW_VARIABLE"


@pytest.mark.skipif(VARIABLE not in os.environ, reason="deploy/airflow/test.sh --local runs it beside a lake")
def test_the_nightly_check_runs_to_its_end(dags_with):
    subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True)
    bag = dags_with(json.loads(os.environ[VARIABLE]))
    assert bag.import_errors == {}

    run = bag.dags["freshet_verify"].test()

    states = {task.task_id: str(task.state) for task in run.get_task_instances()}
    assert states == {"fresh_airflow_artists": "success", "verify": "success"}
    assert str(run.state) == "success"
