"""``./bangfu bench [name…] [--json FILE]``: figures beside their references, from one run on one machine."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.bench import edge, lists, paying, placing, standing
from tests.bench.city import city
from tests.bench.rows import Row, show, write

BENCHES = {
    "lists": lists.bench, "placement": placing.bench, "checkout": paying.whole_checkouts, "freshness": paying.freshness,
    "withdrawal": paying.withdrawals, "edge": edge.bench,
}  # fmt: skip
START = "start"


def main() -> int:
    parser = argparse.ArgumentParser(prog="./bangfu bench")
    parser.add_argument("names", nargs="*", help="default: all")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    unknown = set(options.names) - {*BENCHES, START}
    if unknown:
        parser.error(f"no bench {', '.join(sorted(unknown))}; there are {', '.join((*BENCHES, START))}")
    names = options.names or [*BENCHES, START]
    rows: list[Row] = []
    if START in names:
        rows += _told(START, standing.cold_start())
    if set(names) & set(BENCHES):
        with city() as made:
            with standing.watched(made) as samples:
                for name, bench in BENCHES.items():
                    if name in names:
                        rows += _told(name, bench(made))
            if samples:
                rows.append(Row("memory of all processes during bench", None, max(samples), "MB PSS", None, standing.BUSY_MB, "lower"))
    show(rows)
    if options.json:
        write(rows, options.json)
    return 0


def _told(name: str, rows: object) -> list[Row]:
    print(f"bench: {name} …", flush=True)
    return list(rows)  # type: ignore[call-overload, no-any-return]


if __name__ == "__main__":
    sys.exit(main())
