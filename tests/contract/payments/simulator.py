"""A simulator process and a webhook receiver of a test's own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import stripe

ROOT = Path(__file__).resolve().parents[3]
KEY = "sk_test_contract_suite_0001"
WEBHOOK_SECRET = "whsec_contract_suite_0001"
PATIENCE = 30.0

stripe.enable_telemetry = False


def environment(**values: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("BANGFU_")}
    return kept | {"BANGFU_STRIPE_KEY": KEY, "PYTHONPATH": str(ROOT)} | values


def run(state: Path, *arguments: str, **values: str) -> subprocess.CompletedProcess[str]:
    """Starts the simulator where it is expected to end by itself."""
    return subprocess.run(
        [sys.executable, "-m", "infra.paysim", "--state", str(state), *arguments],
        env=environment(**values), cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE,
    )


@dataclass
class Simulator:
    state: Path
    env: dict[str, str] = field(default_factory=dict)
    url: str = ""
    _process: subprocess.Popen[str] | None = None

    def start(self) -> Simulator:
        port = self.url.rsplit(":", 1)[1] if self.url else "0"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "infra.paysim", "--port", port, "--state", str(self.state)],
            env=environment(**self.env), cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith("paysim listening on "), line
        self.url = line.split()[-1]
        return self

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """SIGKILL: no chance to tidy up."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        process.send_signal(number)
        code = process.wait(PATIENCE)
        assert process.stdout is not None
        process.stdout.close()
        return code

    def client(self, key: str = KEY, retries: int = 0, account: str | None = None) -> stripe.StripeClient:
        return stripe.StripeClient(
            key, base_addresses={"api": self.url}, max_network_retries=retries, stripe_account=account
        )


@dataclass(frozen=True)
class Delivery:
    body: bytes
    signature: str
    at: float

    @property
    def event(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.body)
        return parsed


class Receiver:
    """A shop's webhook address. `answer` decides the status by the number of the request (from 1)."""

    def __init__(self) -> None:
        self.got: list[Delivery] = []
        self.answer: Callable[[int], int] = lambda number: 200
        self._arrived = threading.Condition()
        self._gate = threading.Event()
        self._gate.set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status = receiver._take(Delivery(body, self.headers["stripe-signature"], time.monotonic()))
                receiver._gate.wait(PATIENCE)
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                return

        class Server(ThreadingHTTPServer):
            request_queue_size = 128

        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/webhooks/stripe"

    def _take(self, delivery: Delivery) -> int:
        with self._arrived:
            self.got.append(delivery)
            self._arrived.notify_all()
            return self.answer(len(self.got))

    def hold(self) -> None:
        """Requests arrive but get no answer until `release`."""
        self._gate.clear()

    def release(self) -> None:
        self._gate.set()

    def wait(self, until: Callable[[list[Delivery]], bool]) -> list[Delivery]:
        with self._arrived:
            assert self._arrived.wait_for(lambda: until(self.got), PATIENCE), [d.event["type"] for d in self.got]
            return list(self.got)

    def types(self, object_id: str | None = None) -> list[str]:
        return [
            d.event["type"] for d in list(self.got)
            if object_id is None or object_id in d.body.decode()
        ]

    def wait_for(self, *types: str, object_id: str | None = None) -> list[Delivery]:
        """Until each of the types has come (about that object)."""
        return self.wait(lambda got: set(types) <= set(self.types(object_id)))

    def close(self) -> None:
        self.release()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(PATIENCE)


def eventually(check: Callable[[], bool]) -> None:
    """Asks again until it holds; a test's failure after PATIENCE."""
    end = time.monotonic() + PATIENCE
    while not check():
        assert time.monotonic() < end, "it did not come to hold in time"
        time.sleep(0.02)
