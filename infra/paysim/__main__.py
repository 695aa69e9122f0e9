"""python -m infra.paysim --port P --state FILE"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3
import sys
import time

from infra.paysim import endpoints
from infra.paysim.app import App
from infra.paysim.http import Connection
from infra.paysim.settings import Settings, SettingsError, load
from infra.paysim.store import Store
from infra.paysim.webhooks import Sender


async def serve(settings: Settings) -> None:
    loop = asyncio.get_running_loop()
    store = Store(settings.state)

    def commit_soon() -> None:
        loop.call_soon(store.commit)

    store.schedule_commit = commit_soon
    endpoints.from_settings(store, settings, time.time())
    sender = Sender(store)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    connections: set[Connection] = set()
    holder: list[App] = []
    server = await loop.create_server(
        lambda: Connection(lambda request, respond: holder[0].handle(request, respond), connections),
        settings.host, settings.port, backlog=512, start_serving=False,
    )
    port = server.sockets[0].getsockname()[1]
    base_url = settings.public_url or f"http://127.0.0.1:{port}"
    app = App(settings, store, sender, base_url)
    holder.append(app)
    await server.start_serving()
    print(f"paysim listening on http://{settings.host}:{port}", flush=True)
    tasks = [asyncio.create_task(sender.run()), asyncio.create_task(app.run_timers())]

    async def told_to_stop() -> None:
        await stop.wait()

    stopping = asyncio.create_task(told_to_stop())
    # A background task that ends has failed: then the process ends too, and its supervisor starts it anew.
    done, _ = await asyncio.wait([stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
    server.close()
    for task in tasks:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks)
    await sender.close()
    for connection in list(connections):
        connection.close()
    store.close()
    for task in done:
        task.result()


def main() -> int:
    try:
        settings = load(sys.argv[1:])
        asyncio.run(serve(settings))
    except SettingsError as problem:
        print(f"paysim: {problem}", file=sys.stderr)
        return 2
    except sqlite3.OperationalError as problem:
        print(f"paysim: the state file cannot be opened ({problem}); is another simulator running on it?",
              file=sys.stderr)
        return 3
    except OSError as problem:
        print(f"paysim: {problem}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
