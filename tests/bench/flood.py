"""One client that sends a new document each time, at a pace: `python -m tests.bench.flood URL TOKEN PER_SECOND SECONDS`.

A process of its own, so that it costs the measuring one nothing. Prints how many answers it had of each kind, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from urllib.parse import urlsplit

from tests.bench.load import http_request

CONNECTIONS = 8


def document(number: int) -> str:
    """Valid, and like no other."""
    return (
        f"query Flood{number} {{ list{number}: products(first: 20) {{ nodes {{ id a{number}: name image labels countyName merchantName "
        "unit availability offerVersion price { amount currency } } pageInfo { hasNextPage endCursor } } }"
    )


def body(number: int) -> bytes:
    return json.dumps({"query": document(number)}).encode()


async def _connection(url: str, token: str, numbers: range, begins: float, interval: float, ends: float, kinds: Counter[str]) -> None:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    for turn, number in enumerate(numbers):
        await asyncio.sleep(max(0.0, begins + turn * interval - time.perf_counter()))
        if time.perf_counter() > ends:
            break
        writer.write(http_request(url, body(number), {"X-Bangfu-Allowance": token}))
        head = await reader.readuntil(b"\r\n\r\n")
        at = head.lower().find(b"content-length:")
        answer = await reader.readexactly(int(head[at + 15 :].split(b"\r\n", 1)[0]))
        kinds["answered" if b'"data":{' in answer else head[9:12].decode()] += 1
    writer.close()


async def flood(url: str, token: str, per_second: float, seconds: float) -> Counter[str]:
    kinds: Counter[str] = Counter()
    each, interval, begins = int(per_second * seconds / CONNECTIONS), CONNECTIONS / per_second, time.perf_counter()
    await asyncio.gather(
        *(
            _connection(url, token, range(c * each, (c + 1) * each), begins + c / per_second, interval, begins + seconds, kinds)
            for c in range(CONNECTIONS)
        )
    )
    return kinds


if __name__ == "__main__":
    print(json.dumps(asyncio.run(flood(sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])))))
