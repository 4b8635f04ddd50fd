"""What Airflow itself makes of the DAG files."""

from datetime import timedelta

import pytest

from conftest import SETTINGS

IDS = {"freshet_maintenance", "freshet_snapshot_migration", "freshet_verify"}
OPERATORS = {
    "spark-submit": "SparkSubmitOperator",
    "emr": "EmrAddStepsOperator",
    "kubernetes": "SparkKubernetesOperator",
}


@pytest.mark.parametrize("runner", SETTINGS)
def test_every_dag_is_read_with_every_runner(dags_with, runner):
    bag = dags_with({**SETTINGS[runner], "tables": ["moma.artists", "moma.artworks"]})

    assert bag.import_errors == {}
    assert set(bag.dags) == IDS
    for dag in bag.dags.values():
        for task in dag.tasks:
            if not task.task_id.startswith(("fresh_", "connect_")):
                assert type(task).__name__ == OPERATORS[runner], (dag.dag_id, task.task_id)


def test_without_a_variable_the_defaults_hold(dags_with):
    bag = dags_with(None)

    assert bag.import_errors == {}
    assert {task.task_id for task in bag.dags["freshet_snapshot_migration"].tasks} == {
        "snapshot_all",
        "verify_all",
    }


def test_every_dag_has_tags_owners_and_bounded_retries(dags_with):
    bag = dags_with({**SETTINGS["emr"], "owner": "lake-team", "tables": ["moma.artists"]})

    for dag in bag.dags.values():
        assert "freshet" in dag.tags, dag.dag_id
        assert dag.catchup is False
        assert dag.max_active_runs == 1
        assert dag.tasks, dag.dag_id
        for task in dag.tasks:
            where = (dag.dag_id, task.task_id)
            assert task.owner == "lake-team", where
            assert 1 <= task.retries <= 3, where
            assert task.retry_delay >= timedelta(minutes=1), where
            assert task.email_on_retry is False, where
            assert task.execution_timeout, where


def test_snapshots_run_side_by_side_and_each_is_checked(dags_with):
    bag = dags_with(
        {
            **SETTINGS["emr"],
            "snapshots": {
                "artists": "s3://bucket/freshet/artists.yaml",
                "artworks": "s3://bucket/freshet/artworks.yaml",
            },
        }
    )
    dag = bag.dags["freshet_snapshot_migration"]

    assert {task.task_id for task in dag.roots} == {"snapshot_artists", "snapshot_artworks"}
    assert dag.get_task("snapshot_artists").downstream_task_ids == {"verify_artists"}
    arguments = dag.get_task("snapshot_artists").steps[0]["HadoopJarStep"]["Args"]
    assert arguments[-3:] == ["snapshot", "--config", "artists.yaml"]
    assert "s3://bucket/freshet/artists.yaml" in arguments
    assert "spark.yarn.maxAppAttempts=1" in arguments
    assert dag.get_task("verify_artists").steps[0]["HadoopJarStep"]["Args"][-2:] == ["--patience", "2h"]


def test_a_snapshot_hands_over_to_its_connector(dags_with):
    bag = dags_with(
        {
            **SETTINGS["spark-submit"],
            "connect_url": "http://connect:8083",
            "snapshots": {"artists": "/etc/freshet/artists.yaml"},
            "connectors": {"artists": "/etc/freshet/artists-source.json"},
        }
    )
    dag = bag.dags["freshet_snapshot_migration"]

    assert bag.import_errors == {}
    assert dag.get_task("snapshot_artists").downstream_task_ids == {"connect_artists"}
    assert dag.get_task("connect_artists").downstream_task_ids == {"verify_artists"}


def test_a_check_waits_for_each_table(dags_with):
    bag = dags_with({**SETTINGS["spark-submit"], "tables": ["moma.artists", "moma.artworks"]})
    dag = bag.dags["freshet_verify"]

    assert dag.get_task("verify").upstream_task_ids == {"fresh_moma_artists", "fresh_moma_artworks"}
    assert dag.get_task("fresh_moma_artists").table == "moma.artists"


def test_maintenance_takes_its_tables_from_the_runs_parameters(dags_with):
    dag = dags_with(SETTINGS["spark-submit"]).dags["freshet_maintenance"]

    assert dag.params["tables"] == "*"
    assert dag.get_task("maintain").application_args == [
        "maintain", "--config", "/etc/freshet/lake.yaml", "--once", "--tables", "{{ params.tables }}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("variable", "named"),
    [
        ({"runner": "yarn"}, "runner is 'yarn'"),
        ({"runer": "emr"}, "runer is no setting"),
        ({"runner": "emr"}, "emr_cluster_id is ''"),
        ({"runner": "kubernetes"}, "image is empty"),
        ({"tables": ["artists"]}, "tables has 'artists'"),
        ({"connectors": {"a": "/a.json"}}, "connect_url is empty"),
        ({"connect_url": "http://c", "connectors": {"a": "/a.json"}}, "none of snapshots"),
        ({"tables": "moma.artists"}, "not a list"),
    ],
)
def test_a_wrong_variable_is_named(dags_with, variable, named):
    errors = dags_with(variable).import_errors

    assert len(errors) == len(IDS)
    assert all(named in error for error in errors.values()), errors
