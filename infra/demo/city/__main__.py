"""`python -m infra.demo.city FOLDER [--as-of YYYY-MM-DD] [--seed N]`: write the demo city's files."""

from __future__ import annotations

import argparse
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from infra.demo.city.build import DEFAULT_SEED, generate
from infra.demo.city.timeline import last_whole_month


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the demo city's import files.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--as-of", type=date.fromisoformat, help="last day of a month; default: of the last whole month")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    given = parser.parse_args()
    today = datetime.now(timezone(timedelta(hours=8))).date()
    manifest = generate(given.as_of or last_whole_month(today), given.seed, given.folder)
    print(f"as of {manifest['as_of']}, seed {manifest['seed']}, history from {manifest['start']}")
    for entry in manifest["files"]:
        totals = ", ".join(f"{k} {v}" for k, v in entry["totals"].items())
        print(f"{entry['file']}: {entry['documents']} documents, {entry['rows']} rows{', ' + totals if totals else ''}")


if __name__ == "__main__":
    main()
