"""Order placement through gateway and service, beside pgbench with the same statements on the same server.

The reference's script is made from what one real placement sends: the statements are recorded, their literals kept, and the
ids of that one order replaced by fresh ones each time.
"""

from __future__ import annotations

import itertools
import json
import random
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from gateway.schema.fields import raw_id
from infra.runner.engines import postgres_bin
from services.orders.domain.shopping.checkout import Wanted
from services.orders.store.shopping.placing import Recipient
from services.orders.usecases.shopping import place_order as use_case
from tests.bench import load
from tests.bench.city import City, products
from tests.bench.rows import Row

CLIENTS, SECONDS, BAR, GUESTS = 16, 8.0, 0.25, 64
PLACE = """mutation Place($input: PlaceOrderInput!) { placeOrder(input: $input) {
  checkout { checkoutId paymentId amount { amount } } userErrors { code field message } } }"""
RECIPIENT = {"name": "测试", "phone": "10000000000", "address": "某路 1 号", "countyCode": "371502"}


def bench(city: City) -> Iterator[Row]:
    goods = products(city)
    guests = [city.bureau.other().do("startGuest", {}, "guestToken") for _ in range(GUESTS)]
    numbers, run = itertools.count(), random.Random(7)

    def requests(client: int) -> Iterator[bytes]:
        while True:
            one = run.choice(goods)
            body = {
                "query": PLACE,
                "variables": {
                    "input": {
                        "lines": [{"productId": one["id"], "quantity": "1", "offerVersion": one["offerVersion"]}],
                        "recipient": RECIPIENT,
                        "idempotencyKey": f"bench-{client}-{next(numbers)}",
                    }
                },
            }
            yield load.http_request(city.url, json.dumps(body).encode(), {"X-Bangfu-Guest": guests[client % GUESTS]})

    def placed(status: int, answer: bytes) -> bool:
        return status == 200 and b'"paymentId":"' in answer

    load.run(city.url, CLIENTS, 2, requests, placed)
    outcome = load.run(city.url, CLIENTS, SECONDS, requests, placed)
    reference = _reference(city, goods)
    note = f"over {len(goods)} offers, p99 {outcome.quantile(0.99) * 1000:.0f} ms"
    yield Row(
        "order placement",
        CLIENTS,
        outcome.rate,
        "/s",
        reference,
        BAR,
        note=note + (f", {outcome.failures} failed" if outcome.failures else ""),
    )


class _Recording(psycopg.Connection[Any]):
    """Notes every statement with its values rendered, as one placement sends them."""

    statements: list[str]

    def execute(self, query: Any, params: Any = None, **kwargs: Any) -> Any:
        self.statements.append(psycopg.ClientCursor(self).mogrify(query, params))
        return super().execute(query, params, **kwargs)


def _reference(city: City, goods: list[dict[str, Any]]) -> float:
    url = city.system.database_url("orders")
    product = UUID(raw_id(str(goods[0]["id"]), "Product"))
    statements, merchant = _recorded(url, product, int(goods[0]["offerVersion"]))
    script = _script(statements, product, merchant)
    with psycopg.connect(url) as conn:
        conn.execute("CREATE TABLE IF NOT EXISTS bench_offers (n int PRIMARY KEY, merchant_id uuid, product_id uuid)")
        conn.execute("TRUNCATE bench_offers")
        conn.execute(
            "INSERT INTO bench_offers SELECT row_number() OVER (), merchant_id, product_id "
            "FROM offers JOIN stock USING (merchant_id, product_id) WHERE state = 'certified'"
        )
        offers = conn.execute("SELECT count(*) FROM bench_offers").fetchone()[0]  # type: ignore[index]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        Path(file.name).write_text(script)
        done = subprocess.run(
            [
                postgres_bin("pgbench"),
                "-n",
                "-M",
                "prepared",
                "-c",
                str(CLIENTS),
                "-j",
                "2",
                "-T",
                str(int(SECONDS)),
                "-D",
                f"offers={offers}",
                "-f",
                file.name,
                url,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    with psycopg.connect(url) as conn:
        conn.execute("DROP TABLE bench_offers")
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if done.returncode or not found:
        raise RuntimeError(f"pgbench: {done.stderr[-2000:]}")
    return float(found[1])


def _recorded(url: str, product: UUID, version: int) -> tuple[list[str], UUID]:
    """The statements of one placement, between BEGIN and COMMIT."""
    from decimal import Decimal

    with _Recording.connect(url, row_factory=dict_row, autocommit=True) as conn:
        conn.statements = []
        command = use_case.PlaceOrder(
            "guest:pgbench",
            "pgbench-key-0",
            b"x" * 32,
            (Wanted(product, Decimal(1), version),),
            Recipient("测试", "10000000000", "某路 1 号", None),
            "371502",
        )
        with conn.pipeline(), conn.transaction(force_rollback=True):
            use_case._attempt(conn, command, use_case.Key(command.buyer, use_case.OPERATION, command.key, command.fingerprint))
        sent = [s for s in conn.statements if not s.lower().startswith(("begin", "commit", "rollback", "savepoint", "release"))]
        row = conn.execute("SELECT merchant_id FROM offers WHERE product_id = %s", [product]).fetchone()
        return sent, row["merchant_id"]


UUID_TEXT = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}(?![0-9a-f])")
ORDER_NO = re.compile(r"DD\d{6}[A-Z2-7]{8}")
COLON = re.compile(r":(?=\w)")
LITERAL = re.compile(r"'(?:[^']|'')*'")


def _script(statements: list[str], product: UUID, merchant: UUID) -> str:
    names: dict[str, str] = {product.hex: "product", merchant.hex: "merchant"}
    for found in UUID_TEXT.findall("\n".join(statements)):
        names.setdefault(found.replace("-", ""), f"id{len(names)}")
    fresh = ", ".join(f"gen_random_uuid() AS {name}" for name in names.values() if name.startswith("id"))

    def varied(literal: re.Match[str]) -> str:
        # pgbench takes every ":word" for a variable, also inside a literal.
        text = COLON.sub("' || chr(58) || '", literal[0])
        if "pgbench-key-0" in text:
            text = text.replace("pgbench-key-0", "' || :id2::text || '")
        text = ORDER_NO.sub("DD' || left(md5(:id2::text), 14) || '", text)
        text = UUID_TEXT.sub(lambda m: f"' || :{names[m[0].replace('-', '')]}::text || '", text)
        return f"({text})" if text != literal[0] else literal[0]

    lines = [
        "\\set n random(1, :offers)",
        f"SELECT merchant_id AS merchant, product_id AS product, {fresh} FROM bench_offers WHERE n = :n \\gset",
        "BEGIN;",
    ]
    for statement in statements:
        flat = " ".join(LITERAL.sub(varied, statement).split())
        flat = re.sub(r"pg_try_advisory_xact_lock\((?:')?-?\d+(?:')?(?:::\w+)?\)", "pg_try_advisory_xact_lock(hashtext(:id2::text))", flat)
        lines.append(flat.rstrip(";") + ";")
    return "\n".join([*lines, "COMMIT;"]) + "\n"
