"""Whole paid checkouts with the simulator and its webhook; how soon a sale stands in the figures; withdrawals under buyers."""

from __future__ import annotations

import csv
import random
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Any

from infra.demo.build.imports import File, import_all, known_imports
from infra.demo.build.progress import Progress
from infra.demo.client import Api, ApiError
from tests.bench.city import City, products
from tests.bench.placing import RECIPIENT
from tests.bench.rows import Row

CHECKOUT_CLIENTS, CHECKOUT_SECONDS, CHECKOUT_BAR = 8, 10.0, 30.0
FRESH_ROUNDS, FRESH_BAR = 60, 2.0
WITHDRAWAL_ROUNDS, BUYERS, WITHDRAWAL_BAR = 25, 16, 1.0
IMPORT_LINES = 50_000


def checkout(api: Api, product: dict[str, Any], key: str) -> tuple[str, str]:
    """(payment, order) of a paid checkout; the webhook makes it a sale."""
    placed = api.do(
        "placeOrder",
        {
            "lines": [{"productId": product["id"], "quantity": "1", "offerVersion": product["offerVersion"]}],
            "recipient": RECIPIENT,
            "idempotencyKey": key,
        },
        "checkout { paymentId orders { id } }",
    )
    api.do(
        "startPayment", {"id": placed["paymentId"], "paymentMethod": "pm_card_visa", "returnUrl": "http://127.0.0.1/"}, "payment { state }"
    )
    return placed["paymentId"], placed["orders"][0]["id"]


def paid(api: Api, payment: str) -> bool:
    state = api.ask("query P($id: ID!) { payment(id: $id) { state } }", id=payment)["payment"]["state"]
    return state == "paid"


def _in_parallel(clients: int, work: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=work, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def whole_checkouts(city: City) -> Iterator[Row]:
    goods, done, lock = products(city), [], threading.Lock()
    apis = [city.bureau.other(guest=city.bureau.other().do("startGuest", {}, "guestToken")) for _ in range(CHECKOUT_CLIENTS)]
    ends = time.perf_counter() + CHECKOUT_SECONDS
    refused: list[str] = []

    def buy(number: int) -> None:
        run, turn = random.Random(number), 0
        while time.perf_counter() < ends:
            turn += 1
            begun = time.perf_counter()
            try:
                payment, _ = checkout(apis[number], run.choice(goods), f"paid-{number}-{turn}-{begun}")
            except ApiError as error:
                refused.append(error.code)
                continue
            while not paid(apis[number], payment):
                time.sleep(0.01)
            with lock:
                done.append(time.perf_counter() - begun)

    begun = time.perf_counter()
    _in_parallel(CHECKOUT_CLIENTS, buy)
    rate = len(done) / (time.perf_counter() - begun)
    yield Row(
        "whole paid checkout",
        CHECKOUT_CLIENTS,
        rate,
        "/s",
        None,
        CHECKOUT_BAR,
        note=f"median {statistics.median(done) * 1000:.0f} ms, simulator and webhook included"
        + (f", {len(refused)} refused" if refused else ""),
    )


def freshness(city: City) -> Iterator[Row]:
    yield _freshness(city, "paid → in the figure")
    with ThreadPoolExecutor(1) as beside:
        importing = beside.submit(_import_many, city)
        row = _freshness(city, "the same during an import of 50,000 lines", at_least=lambda: not importing.done())
        took = importing.result()
    yield replace(row, note=f"{row.note}, the import {took:.0f} s")


def _freshness(city: City, name: str, at_least: Callable[[], bool] = lambda: False) -> Row:
    """From the moment the sale was judged (its ``soldAt``) until the bureau's answer holds it."""
    goods, delays = products(city), []
    api = city.bureau.other(guest=city.bureau.other().do("startGuest", {}, "guestToken"))
    turn = 0
    while turn < FRESH_ROUNDS or (at_least() and turn < 4 * FRESH_ROUNDS):
        turn += 1
        product = random.choice(goods)
        payment, order = checkout(api, product, f"fresh-{turn}-{time.time_ns()}")
        while not paid(api, payment):
            time.sleep(0.005)
        seen = None
        document = _raw(order)
        while seen is None:
            lines = city.bureau.ask(
                "query L($d: String!) { saleLines(first: 5, filter: {documentId: $d}) { nodes { soldAt } } }", d=document
            )["saleLines"]["nodes"]
            seen = time.time() if lines else None
            time.sleep(0.01)
        delays.append(seen - datetime.fromisoformat(lines[0]["soldAt"]).timestamp())
    delays.sort()
    return Row(
        name,
        1,
        delays[min(len(delays) - 1, int(0.99 * len(delays)))],
        "s p99",
        None,
        FRESH_BAR,
        "lower",
        note=f"{len(delays)} sales, median {statistics.median(delays) * 1000:.0f} ms",
    )


def _raw(global_id: str) -> str:
    from gateway.schema.fields import from_global_id

    return from_global_id(global_id)[1]


def _import_many(city: City) -> float:
    """A history file of 50,000 lines, slips of the demo's outlets as many times as it takes, under new numbers; the seconds it took."""
    [file] = city.files("slips")
    with file.path.open(encoding="utf-8-sig", newline="") as source:
        header, *rows = list(csv.reader(source))
    number = header.index("小票号")
    copies = range(IMPORT_LINES // len(rows) + 1)
    many = [[*row[:number], f"{row[number]}-{copy}", *row[number + 1 :]] for copy in copies for row in rows]
    path = city.folder / f"many-{time.time_ns()}.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        csv.writer(target).writerows([header, *many[:IMPORT_LINES]])
    big = File(file.service, file.kind, path, path.name, IMPORT_LINES, 0)
    begun = time.perf_counter()
    with Progress(IMPORT_LINES, terminal=False) as progress:
        import_all(city.operator, [big], known_imports(city.operator), progress)
    return time.perf_counter() - begun


def withdrawals(city: City) -> Iterator[Row]:
    """From the bureau's decision to the instant in force, while sixteen buyers want that very product."""
    hot = next(p for p in products(city))
    stop, bought = threading.Event(), [0] * BUYERS
    apis = [city.bureau.other(guest=city.bureau.other().do("startGuest", {}, "guestToken")) for _ in range(BUYERS)]

    def buy(number: int) -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            try:
                apis[number].do(
                    "placeOrder",
                    {
                        "lines": [{"productId": hot["id"], "quantity": "1", "offerVersion": hot["offerVersion"]}],
                        "recipient": RECIPIENT,
                        "idempotencyKey": f"hot-{number}-{turn}-{time.time_ns()}",
                    },
                    "checkout { paymentId }",
                )
                bought[number] += 1
            except ApiError:
                continue

    threads = [threading.Thread(target=buy, args=(n,)) for n in range(BUYERS)]
    for thread in threads:
        thread.start()
    delays = []
    try:
        for _ in range(WITHDRAWAL_ROUNDS):
            city.bureau.do("suspendProduct", {"id": hot["id"], "reason": "bench"}, "withdrawal { id }")
            delays.append(_until(city, hot["id"], "decidedAt", "fromInstant"))
            city.bureau.do("reinstateProduct", {"id": hot["id"], "reason": "bench"}, "withdrawal { id }")
            _until(city, hot["id"], "decidedAt", "untilInstant")
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    delays.sort()
    yield Row(
        "withdrawal decided → in force",
        BUYERS,
        delays[min(len(delays) - 1, int(0.99 * len(delays)))],
        "s p99",
        None,
        WITHDRAWAL_BAR,
        "lower",
        note=f"{len(delays)} rounds, median {statistics.median(delays) * 1000:.0f} ms, {sum(bought)} bought meanwhile",
    )


def _until(city: City, product: str, since: str, until: str) -> float:
    while True:
        newest = city.bureau.ask(
            "query W($id: ID!) { withdrawals(id: $id, first: 1) { nodes { decidedAt fromInstant untilInstant } } }", id=product
        )["withdrawals"]["nodes"]
        if newest and newest[0][until]:
            return datetime.fromisoformat(newest[0][until]).timestamp() - datetime.fromisoformat(newest[0][since]).timestamp()
        time.sleep(0.02)
