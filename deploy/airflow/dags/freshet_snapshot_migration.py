"""Loads existing tables into the lake in bulk, side by side, then checks them against PostgreSQL.

Which snapshots there are says the Variable ``freshet``: ``snapshots`` maps a name to the lake.yaml of its
tables. Without it there is one, of the lake.yaml that ingest has. ``connectors`` names the source connector
that each hands over to; one that is not named there is deployed by other means while the check waits.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

try:
    from airflow.sdk import DAG
except ImportError:
    from airflow import DAG

from freshet_airflow.connectors import ApplyConnectorOperator
from freshet_airflow.settings import load
from freshet_airflow.tasks import default_args, lake_task

settings = load()

with DAG(
    dag_id="freshet_snapshot_migration",
    description="Bulk load of existing tables",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    # So many snapshots read the database at the same time.
    max_active_tasks=4,
    default_args=default_args(settings),
    tags=["freshet", "snapshot"],
    doc_md=__doc__,
):
    for name, config in sorted((settings.snapshots or {"all": settings.config}).items()):
        snapshot = lake_task(
            settings,
            f"snapshot_{name}",
            "snapshot",
            config=config,
            execution_timeout=timedelta(days=2),
        )
        verify = lake_task(
            settings, f"verify_{name}", "verify", ["--patience", settings.patience], config=config
        )
        if name in settings.connectors:
            connect = ApplyConnectorOperator(
                task_id=f"connect_{name}",
                connect_url=settings.connect_url,
                connector=f"{name}-source",
                file=settings.connectors[name],
            )
            snapshot >> connect >> verify
        else:
            snapshot >> verify
