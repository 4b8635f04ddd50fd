"""Compares the lake with PostgreSQL, nightly, once its tables hold all up to the run's start."""

from __future__ import annotations

from datetime import datetime, timezone

try:
    from airflow.sdk import DAG
except ImportError:
    from airflow import DAG

from freshet_airflow.sensors import TableFreshSensor
from freshet_airflow.settings import load
from freshet_airflow.tasks import default_args, lake_task

settings = load()

with DAG(
    dag_id="freshet_verify",
    description="The lake against PostgreSQL",
    schedule="30 2 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    default_args=default_args(settings),
    tags=["freshet", "verify"],
    doc_md=__doc__,
):
    verify = lake_task(settings, "verify", "verify")
    for table in settings.tables:
        fresh = TableFreshSensor(
            task_id=f"fresh_{table.replace('.', '_')}",
            table=table,
            fresh_to="{{ dag_run.start_date.isoformat() }}",
            status_url=settings.status_url,
            mode="reschedule",
            poke_interval=60,
            timeout=3600,
        )
        fresh >> verify
