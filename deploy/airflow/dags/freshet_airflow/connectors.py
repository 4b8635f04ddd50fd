"""A source connector that goes on where a snapshot ends, by Kafka Connect's REST interface."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Callable, Mapping

from airflow.exceptions import AirflowException

try:
    from airflow.sdk import BaseOperator
except ImportError:
    from airflow.models import BaseOperator

try:
    from airflow.sdk.exceptions import AirflowFailException
except ImportError:
    from airflow.exceptions import AirflowFailException


class ApplyConnectorOperator(BaseOperator):
    """Puts a connector's config and waits until it and its tasks run.

    ``file`` holds the config as ``connector-configs`` has it; placeholders in it are Connect's. It must not
    read again what the snapshot has loaded, so ``snapshot.mode`` is ``no_data``.
    """

    template_fields = ("connect_url", "connector", "file")

    def __init__(
        self,
        *,
        connect_url: str,
        connector: str,
        file: str,
        patience: float = 300,
        pause: Callable[[float], None] = time.sleep,
        **options: Any,
    ):
        super().__init__(**options)
        self.connect_url = connect_url
        self.connector = connector
        self.file = file
        self.patience = patience
        self.pause = pause

    def execute(self, context: Mapping[str, Any]) -> str:
        config = require_no_data(self.file, Path(self.file).read_text(encoding="utf-8"))
        self._ask("PUT", f"/connectors/{self.connector}/config", config)
        waited = 0.0
        while True:
            state, reason = judge(self._ask("GET", f"/connectors/{self.connector}/status"))
            if state == "RUNNING":
                return self.connector
            if state == "FAILED":
                raise AirflowFailException(f"connector {self.connector} failed: {reason}")
            if waited >= self.patience:
                raise AirflowException(f"connector {self.connector} is {state} after {waited:.0f} s")
            self.pause(2)
            waited += 2

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            self.connect_url.rstrip("/") + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            if method == "GET" and refused.code == 404:
                # Not written down by all workers yet.
                return {}
            raise AirflowException(
                f"{method} {path}: Connect answers {refused.code}: {refused.read().decode(errors='replace')}"
            ) from refused


def require_no_data(file: str, text: str) -> dict[str, str]:
    """The config in a file's text; AirflowFailException where it would read all rows again."""
    config = json.loads(text)
    config.pop("name", None)
    if config.get("snapshot.mode") != "no_data":
        raise AirflowFailException(
            f"{file}: snapshot.mode is {config.get('snapshot.mode', 'not set')!r}; after a snapshot it is no_data"
        )
    return config


def judge(status: Mapping[str, Any]) -> tuple[str, str]:
    """The state of a connector with its tasks, and why it failed."""
    tasks = status.get("tasks", ())
    every = [status.get("connector", {"state": "UNASSIGNED"}), *tasks]
    for each in every:
        if each["state"] == "FAILED":
            return "FAILED", str(each.get("trace", "no reason given")).splitlines()[0]
    if not tasks:
        return "UNASSIGNED", ""
    return next((each["state"] for each in every if each["state"] != "RUNNING"), "RUNNING"), ""
