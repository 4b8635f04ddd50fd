"""Tasks that submit a command of the lake writer, on the cluster that the settings name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Sequence

from freshet_airflow.settings import Settings

MAIN = "io.freshet.lake.command.Main"


def default_args(settings: Settings) -> dict[str, Any]:
    """What all tasks have. The lake job repeats nothing by itself: a retry is always safe."""
    return {
        "owner": settings.owner,
        "pool": settings.pool,
        "depends_on_past": False,
        "retries": 2,
        "retry_delay": timedelta(minutes=5),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=30),
        "email_on_failure": False,
        "email_on_retry": False,
        "execution_timeout": timedelta(hours=6),
    }


def lake_task(
    settings: Settings,
    task_id: str,
    command: str,
    arguments: Sequence[str] = (),
    config: str | None = None,
    **options: Any,
):
    """A task that runs ``command --config CONFIG ARGUMENTS`` and waits for its end.

    ``config`` is another lake.yaml than the settings'; ``options`` are the operator's.
    """
    build = {"spark-submit": _spark_submit, "emr": _emr, "kubernetes": _kubernetes}[settings.runner]
    return build(settings, task_id, command, list(arguments), config or settings.config, options)


def _spark_submit(
    settings: Settings, task_id: str, command: str, arguments: list[str], config: str, options: dict
):
    from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator

    return SparkSubmitOperator(
        task_id=task_id,
        conn_id=settings.spark_conn_id,
        name=f"freshet-{task_id}",
        application=settings.job_jar,
        java_class=MAIN,
        jars=settings.hudi_jar,
        conf=dict(settings.spark_conf),
        application_args=[command, "--config", config, *arguments],
        **options,
    )


def _emr(settings: Settings, task_id: str, command: str, arguments: list[str], config: str, options: dict):
    from airflow.providers.amazon.aws.operators.emr import EmrAddStepsOperator

    line = [
        "spark-submit",
        "--master", "yarn",
        "--deploy-mode", "cluster",
        "--name", f"freshet-{task_id}",
        "--class", MAIN,
        "--jars", "local:/usr/lib/freshet/hudi-spark-bundle.jar",
        "--files", config,
        # Airflow repeats what fails; YARN would do so ten times more.
        "--conf", "spark.yarn.maxAppAttempts=1",
        "--conf", f"spark.yarn.appMasterEnv.FRESHET_METASTORE_URI={settings.metastore_uri}",
    ]  # fmt: skip
    for name, value in sorted(settings.spark_conf.items()):
        line += ["--conf", f"{name}={value}"]
    line += ["local:/usr/lib/freshet/freshet-lake-job.jar", command, "--config", config.rsplit("/", 1)[1]]
    return EmrAddStepsOperator(
        task_id=task_id,
        aws_conn_id=settings.aws_conn_id,
        job_flow_id=settings.emr_cluster_id,
        wait_for_completion=True,
        steps=[
            {
                "Name": f"freshet-{task_id}",
                "ActionOnFailure": "CONTINUE",
                "HadoopJarStep": {"Jar": "command-runner.jar", "Args": [*line, *arguments]},
            }
        ],
        **options,
    )


def _kubernetes(
    settings: Settings, task_id: str, command: str, arguments: list[str], config: str, options: dict
):
    from airflow.providers.cncf.kubernetes.operators.spark_kubernetes import SparkKubernetesOperator

    return SparkKubernetesOperator(
        task_id=task_id,
        kubernetes_conn_id=settings.kubernetes_conn_id,
        namespace=settings.namespace,
        name="freshet-" + task_id.replace("_", "-").replace(".", "-"),
        template_spec={"spark": application(settings, task_id, command, arguments, config)},
        get_logs=True,
        do_xcom_push=False,
        **options,
    )


def application(
    settings: Settings, task_id: str, command: str, arguments: Sequence[str], config: str
) -> dict[str, Any]:
    """The SparkApplication of a command; the chart's ConfigMap has its lake.yaml."""
    return {
        "apiVersion": "sparkoperator.k8s.io/v1beta2",
        "kind": "SparkApplication",
        "metadata": {
            "name": "freshet-" + task_id.replace("_", "-").replace(".", "-"),
            "namespace": settings.namespace,
        },
        "spec": {
            "type": "Scala",
            "mode": "cluster",
            "sparkVersion": "3.5.7",
            "image": settings.image,
            "imagePullPolicy": "IfNotPresent",
            "mainClass": MAIN,
            "mainApplicationFile": "local:///opt/freshet/freshet-lake-job.jar",
            "arguments": [command, "--config", config, *arguments],
            "deps": {"jars": ["local:///opt/freshet/hudi-spark-bundle.jar"]},
            "sparkConf": dict(settings.spark_conf),
            "restartPolicy": {"type": "Never"},
            "volumes": [{"name": "config", "configMap": {"name": settings.config_map}}],
            "driver": {
                "cores": 1,
                "memory": "2g",
                "serviceAccount": settings.service_account,
                "volumeMounts": [{"name": "config", "mountPath": "/etc/freshet", "readOnly": True}],
                "env": [
                    {
                        "name": f"FRESHET_POSTGRES_{name}",
                        "valueFrom": {
                            "secretKeyRef": {"name": settings.postgres_secret, "key": key}
                        },
                    }
                    for name, key in (("USER", "username"), ("PASSWORD", "password"))
                ],
            },
            "executor": {"cores": 2, "instances": 2, "memory": "4g"},
        },
    }
