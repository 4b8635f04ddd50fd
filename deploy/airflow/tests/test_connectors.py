"""The operator against an HTTP server that answers as Connect's REST interface does."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

CONFIG = {"connector.class": "io.debezium.connector.postgresql.PostgresConnector", "snapshot.mode": "no_data"}
RUNNING = {"connector": {"state": "RUNNING"}, "tasks": [{"id": 0, "state": "RUNNING"}]}


@pytest.fixture
def connect():
    """A server that keeps what is put, and gives its answers one after another."""
    servers = []

    def start(*answers, refusal=None):
        kept, waiting = {}, list(answers)

        class Answer(BaseHTTPRequestHandler):
            def do_PUT(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                kept[self.path] = body
                self._send(*(refusal or (201, body)))

            def do_GET(self):
                self._send(*(waiting.pop(0) if len(waiting) > 1 else waiting[0]))

            def _send(self, code, body):
                self.send_response(code)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, *ignored):
                pass

        server = HTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}", kept

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def operator(url, file, **options):
    from freshet_airflow.connectors import ApplyConnectorOperator

    return ApplyConnectorOperator(
        task_id="connect",
        connect_url=url,
        connector="artists-source",
        file=str(file),
        pause=lambda seconds: None,
        **options,
    )


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "source.json"
    path.write_text(json.dumps({"name": "artists-source", **CONFIG}))
    return path


def test_a_config_is_put_and_its_tasks_are_waited_for(connect, file):
    starting = {"connector": {"state": "RUNNING"}, "tasks": []}
    url, kept = connect((404, {}), (200, starting), (200, RUNNING))

    assert operator(url, file).execute({}) == "artists-source"
    assert kept == {"/connectors/artists-source/config": CONFIG}


def test_a_failed_task_is_named_with_its_reason(connect, file):
    from freshet_airflow.connectors import AirflowFailException

    failed = {"connector": {"state": "RUNNING"}, "tasks": [{"state": "FAILED", "trace": "no slot\n\tat x"}]}
    url, _ = connect((200, failed))

    with pytest.raises(AirflowFailException, match="artists-source failed: no slot$"):
        operator(url, file).execute({})


def test_a_connector_that_does_not_start_is_given_up(connect, file):
    from freshet_airflow.connectors import AirflowException

    url, _ = connect((200, {"connector": {"state": "UNASSIGNED"}, "tasks": []}))

    with pytest.raises(AirflowException, match="UNASSIGNED after 10 s"):
        operator(url, file, patience=10).execute({})


def test_a_refused_config_is_told(connect, file):
    from freshet_airflow.connectors import AirflowException

    url, _ = connect((200, RUNNING), refusal=(400, {"message": "slot.name is missing"}))

    with pytest.raises(AirflowException, match="slot.name is missing"):
        operator(url, file).execute({})


def test_what_would_read_all_again_is_refused(connect, file):
    from freshet_airflow.connectors import AirflowFailException

    file.write_text(json.dumps({**CONFIG, "snapshot.mode": "initial"}))
    url, kept = connect((200, RUNNING))

    with pytest.raises(AirflowFailException, match="snapshot.mode is 'initial'"):
        operator(url, file).execute({})
    assert kept == {}
