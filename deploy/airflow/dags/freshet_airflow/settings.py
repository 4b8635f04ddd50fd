"""The Variable ``freshet``, which says where and how the lake job runs."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Mapping

VARIABLE = "freshet"
RUNNERS = ("spark-submit", "emr", "kubernetes")


class SettingsError(ValueError):
    """The Variable is wrong; the message names the key, its value and the fix."""


@dataclass(frozen=True)
class Settings:
    """Where and how the lake job runs.

    ``tables`` are waited for before a check. ``snapshots`` maps a name to the lake.yaml of a
    snapshot; each is a task of its own, so they run beside one another. ``connectors`` maps the same
    name to the file of the source connector that goes on from there; it is put to ``connect_url``.
    """

    runner: str = "spark-submit"
    config: str = "/etc/freshet/lake.yaml"
    status_url: str = "http://127.0.0.1:9404"
    tables: tuple[str, ...] = ()
    snapshots: Mapping[str, str] = field(default_factory=dict)
    connect_url: str = ""
    connectors: Mapping[str, str] = field(default_factory=dict)
    # How long a check after a snapshot waits for the source connector and for ingest.
    patience: str = "2h"
    owner: str = "data-platform"
    pool: str = "default_pool"

    # spark-submit: Airflow's connection to the cluster, and jars where its workers see them
    spark_conn_id: str = "spark_default"
    job_jar: str = "/opt/freshet/freshet-lake-job.jar"
    hudi_jar: str = "/opt/freshet/hudi-spark-bundle.jar"
    spark_conf: Mapping[str, str] = field(default_factory=dict)

    # emr
    aws_conn_id: str = "aws_default"
    emr_cluster_id: str = ""
    metastore_uri: str = ""

    # kubernetes
    kubernetes_conn_id: str = "kubernetes_default"
    namespace: str = "freshet"
    image: str = ""
    service_account: str = "freshet-lake"
    config_map: str = "freshet-lake"
    postgres_secret: str = "freshet-postgres"

    @staticmethod
    def of(values: Mapping[str, Any] | None) -> "Settings":
        """Settings of a Variable's JSON; defaults where there is none.

        Raises SettingsError for an unknown key or a value that does not fit.
        """
        given = dict(values or {})
        known = {each.name: each for each in fields(Settings)}
        for name in given:
            if name not in known:
                raise SettingsError(
                    f"Variable {VARIABLE}: {name} is no setting; known are {', '.join(sorted(known))}"
                )
        for name in ("tables",):
            if name in given:
                given[name] = tuple(_texts(name, given[name]))
        for name in ("snapshots", "spark_conf", "connectors"):
            if name in given and not isinstance(given[name], Mapping):
                raise SettingsError(f"Variable {VARIABLE}: {name} is {given[name]!r}, not an object")
        settings = Settings(**given)
        settings._check()
        return settings

    def _check(self) -> None:
        if self.runner not in RUNNERS:
            raise SettingsError(
                f"Variable {VARIABLE}: runner is {self.runner!r}; it is one of {', '.join(RUNNERS)}"
            )
        if self.runner == "emr" and not self.emr_cluster_id.startswith("j-"):
            raise SettingsError(
                f"Variable {VARIABLE}: emr_cluster_id is {self.emr_cluster_id!r}; name the cluster, j-…"
            )
        if self.runner == "emr" and not self.config.startswith("s3://"):
            raise SettingsError(
                f"Variable {VARIABLE}: config is {self.config!r}; on EMR it lies in S3, s3://bucket/lake.yaml"
            )
        if self.runner == "emr" and not self.metastore_uri:
            raise SettingsError(
                f"Variable {VARIABLE}: metastore_uri is empty; name the cluster's, thrift://primary:9083"
            )
        if self.runner == "kubernetes" and not self.image:
            raise SettingsError(
                f"Variable {VARIABLE}: image is empty; name the lake's, built from deploy/kubernetes/image"
            )
        if self.connectors and not self.connect_url:
            raise SettingsError(
                f"Variable {VARIABLE}: connect_url is empty; name Kafka Connect's, http://host:8083"
            )
        for name in self.connectors:
            if name not in self.snapshots:
                raise SettingsError(
                    f"Variable {VARIABLE}: connectors has {name!r}, which is none of snapshots"
                )
        for table in self.tables:
            if table.count(".") != 1:
                raise SettingsError(
                    f"Variable {VARIABLE}: tables has {table!r}; a table is database.table"
                )


def _texts(name: str, value: Any) -> list[str]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(each, str) for each in value):
        raise SettingsError(f"Variable {VARIABLE}: {name} is {value!r}, not a list of texts")
    return list(value)


def load() -> Settings:
    """The settings of this Airflow. Read when a DAG file is parsed: they decide which operators it has."""
    try:
        from airflow.sdk import Variable

        values = Variable.get(VARIABLE, default=None, deserialize_json=True)
    except ImportError:
        from airflow.models import Variable

        values = Variable.get(VARIABLE, default_var=None, deserialize_json=True)
    return Settings.of(values)
