"""Waits until a table holds all that was committed in the source up to a moment."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, Mapping, Sequence

try:
    from airflow.sdk import BaseSensorOperator
except ImportError:
    from airflow.sensors.base import BaseSensorOperator

try:
    from airflow.sdk.exceptions import AirflowFailException
except ImportError:
    from airflow.exceptions import AirflowFailException


class TableFreshSensor(BaseSensorOperator):
    """Succeeds when a table is fresh to a moment, by the status of the running ``ingest``.

    It is when the newest change in it was committed in the source at that moment or later. A table
    whose source is quiet has no such change: it counts as fresh when it has nothing left to read
    ``quiet_after`` later, which must be longer than a change usually takes to S3.

    :param table: ``database.table``
    :param fresh_to: the moment, ISO 8601 with its offset from UTC (templated)
    :param status_url: base URL of the job, such as ``http://host:9404``
    :param quiet_after: how long after the moment a lag of 0 is enough
    """

    template_fields: Sequence[str] = ("table", "fresh_to", "status_url")
    ui_color = "#b4e0e8"

    def __init__(
        self,
        *,
        table: str,
        fresh_to: str,
        status_url: str,
        quiet_after: timedelta = timedelta(minutes=5),
        clock: Callable[[], datetime] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.table = table
        self.fresh_to = fresh_to
        self.status_url = status_url
        self.quiet_after = quiet_after
        self._clock = clock

    def poke(self, context: Any) -> bool:
        wanted = moment(self.fresh_to)
        try:
            with urllib.request.urlopen(f"{self.status_url.rstrip('/')}/status", timeout=10) as answer:
                status = json.load(answer)
        except (urllib.error.URLError, TimeoutError) as unreachable:
            self.log.warning("no ingest answers at %s: %s", self.status_url, unreachable)
            return False
        now = self._clock() if self._clock else datetime.now(timezone.utc)
        fresh, why = judge(status, self.table, wanted, now, self.quiet_after)
        self.log.info("%s: %s", self.table, why)
        return fresh


def judge(
    status: Mapping[str, Any], table: str, wanted: datetime, now: datetime, quiet_after: timedelta
) -> tuple[bool, str]:
    """Whether the table of a status is fresh to a moment, and why or why not.

    Raises AirflowFailException where waiting is in vain: the table has stopped, or is not there.
    """
    if status.get("application") != "freshet-ingest":
        raise AirflowFailException("what answers is no ingest of Freshet; see status_url")
    if status.get("state") == "starting":
        return False, "the job is starting"
    found = [each for each in status.get("tables", ()) if each["table"] == table]
    if not found:
        known = ", ".join(sorted(each["table"] for each in status.get("tables", ()))) or "none"
        raise AirflowFailException(f"the job has no table {table}; it has {known}")
    state = found[0]
    if state["state"] == "stopped":
        raise AirflowFailException(f"{table} has stopped: {state.get('reason', 'no reason given')}")
    newest = state.get("newestSourceAt")
    if newest and moment(newest) >= wanted:
        return True, f"its newest change is of {newest}"
    lag = state.get("lagPositions")
    if lag == 0 and now >= wanted + quiet_after:
        return True, f"it has nothing to read since, {quiet_after} later"
    return False, f"its newest change is of {newest or 'no known time'}, {lag} positions to read"


def moment(text: str) -> datetime:
    """A moment in ISO 8601; without an offset it is UTC's."""
    parsed = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)
