"""The sensor against an HTTP server that answers what a lake job answers."""

import json
import threading
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from conftest import ROOT

# Written by the Java tests from the lake writer's own classes, so that the two can't drift apart.
WRITTEN = ROOT.parent / "checks" / "target" / "status.json"
NEWEST = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


@pytest.fixture
def status():
    if not WRITTEN.exists():
        pytest.skip(f"{WRITTEN} is missing; mvn -pl deploy/checks -am verify writes it")
    return json.loads(Path(WRITTEN).read_text())


@pytest.fixture
def serve():
    servers = []

    def start(status):
        class Answer(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200 if self.path == "/status" else 404)
                self.end_headers()
                self.wfile.write(json.dumps(status).encode())

            def log_message(self, *ignored):
                pass

        server = HTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def sensor(url, fresh_to, table="moma.artists", now=NEWEST, **options):
    from freshet_airflow.sensors import TableFreshSensor

    return TableFreshSensor(
        task_id="fresh",
        table=table,
        fresh_to=fresh_to.isoformat(),
        status_url=url,
        clock=lambda: now,
        **options,
    )


def test_a_table_is_fresh_to_its_newest_change(status, serve):
    url = serve(status)

    assert sensor(url, NEWEST).poke({}) is True
    assert sensor(url, NEWEST + timedelta(seconds=1)).poke({}) is False


def test_a_quiet_table_is_fresh_once_nothing_is_left_for_long_enough(status, serve):
    status["tables"][0]["lagPositions"] = 0
    url = serve(status)
    wanted = NEWEST + timedelta(hours=1)

    assert sensor(url, wanted, now=wanted + timedelta(minutes=4)).poke({}) is False
    assert sensor(url, wanted, now=wanted + timedelta(minutes=5)).poke({}) is True


def test_a_table_with_something_to_read_is_not_fresh_however_late(status, serve):
    assert status["tables"][0]["lagPositions"] > 0
    wanted = NEWEST + timedelta(hours=1)

    assert sensor(serve(status), wanted, now=wanted + timedelta(days=1)).poke({}) is False


def test_waiting_in_vain_fails_at_once(status, serve):
    from freshet_airflow.sensors import AirflowFailException

    with pytest.raises(AirflowFailException, match="no table moma.unknown; it has moma.artists"):
        sensor(serve(status), NEWEST, table="moma.unknown").poke({})
    status["tables"][0].update(state="stopped", reason="column n changed its type")
    with pytest.raises(AirflowFailException, match="column n changed its type"):
        sensor(serve(status), NEWEST).poke({})


def test_a_job_that_does_not_answer_is_waited_for(unused_port):
    assert sensor(f"http://127.0.0.1:{unused_port}", NEWEST).poke({}) is False


@pytest.fixture
def unused_port():
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]
