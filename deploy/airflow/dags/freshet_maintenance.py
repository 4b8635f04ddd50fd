"""Compacts, cleans and archives the lake's tables, hourly, beside an ingest that does not."""

from __future__ import annotations

from datetime import datetime, timezone

try:
    from airflow.sdk import DAG, Param
except ImportError:
    from airflow import DAG
    from airflow.models.param import Param

from freshet_airflow.settings import load
from freshet_airflow.tasks import default_args, lake_task

settings = load()

with DAG(
    dag_id="freshet_maintenance",
    description="Compaction, cleaning and archiving (services.beside-ingest: false in lake.yaml)",
    schedule="15 * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    default_args=default_args(settings),
    tags=["freshet", "maintenance"],
    params={"tables": Param("*", type="string", description="database.table, with * for any text")},
    doc_md=__doc__,
):
    lake_task(settings, "maintain", "maintain", ["--once", "--tables", "{{ params.tables }}"])
