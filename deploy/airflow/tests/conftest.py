"""A real Airflow with a database of its own, in a temporary folder."""

import os
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DAGS = ROOT / "dags"
HOME = tempfile.mkdtemp(prefix="freshet-airflow-")

# Before Airflow is imported for the first time: it reads them once.
os.environ.update(
    AIRFLOW_HOME=HOME,
    AIRFLOW__CORE__DAGS_FOLDER=str(DAGS),
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    AIRFLOW__CORE__UNIT_TEST_MODE="True",
    # Its test settings have another one, which SQLite does not go with.
    AIRFLOW__CORE__EXECUTOR="SequentialExecutor",
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{HOME}/airflow.db",
)
sys.path.insert(0, str(DAGS))

SETTINGS = {
    "spark-submit": {"runner": "spark-submit"},
    "emr": {
        "runner": "emr",
        "config": "s3://bucket/freshet/lake.yaml",
        "emr_cluster_id": "j-2AXXXXXXGAPLF",
        "metastore_uri": "thrift://primary:9083",
    },
    "kubernetes": {"runner": "kubernetes", "image": "registry.example.com/freshet/lake:1"},
}


def pytest_unconfigure(config):
    import shutil

    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture
def dags_with(monkeypatch):
    """The DAGs as Airflow reads them with a Variable."""
    import json

    from airflow.models.dagbag import DagBag

    def read(variable):
        if variable is None:
            monkeypatch.delenv("AIRFLOW_VAR_FRESHET", raising=False)
        else:
            monkeypatch.setenv("AIRFLOW_VAR_FRESHET", json.dumps(variable))
        return DagBag(dag_folder=str(DAGS), include_examples=False)

    return read
