"""Live sessions on outside platforms, with their product totals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from infra.demo.city.counties import COUNTIES, County
from infra.demo.city.model import City, Fen, Product, Quantity, Row, Table
from infra.demo.city.money import allocate, counts, whole_quantity, yuan
from infra.demo.city.timeline import YEAR_SHARES, Month, at, month_weights

NUMBERS = (38, 58)
TOTAL = 360_300_000
PARTICIPANTS = 1_728_000
PRODUCTS = 8
# Large, medium and small: participants, fen, and how many in each program year.
_SIZES = ((110_000, 19_000_000, (2, 4)), (22_000, 4_810_000, (12, 18)), (6_800, 1_700_000, (24, 36)))

_HOSTS = ("@田野小禾", "@乡味阿青", "@鲁西大集", "@菜园小铺", "@果香小满", "@麦田主播", "@粮仓小厨", "@河畔农家", "@枣乡阿润", "@大棚日记")
_PLATFORMS = ("短视频平台", "短视频平台", "短视频平台", "电商直播平台", "本地生活平台")
_THEMES = ("产地直播专场", "助农专场", "田间推荐专场", "丰收专场", "开园专场", "年货专场", "夜市专场", "工厂溯源专场")
# How often a county goes on air.
_AIRTIME = {"D": 14, "C": 12, "L": 8, "E": 14, "Y": 14, "S": 17, "G": 13, "T": 8}


@dataclass(slots=True)
class Session:
    no: str
    title: str
    platform: str
    county: County
    host: str
    started_at: datetime
    ended_at: datetime
    participants: int
    peak: int
    lines: list[tuple[Product, int, int, int]]
    """Product, quantity in thousandths, gross and refunds in fen."""

    @property
    def net(self) -> int:
        return sum(gross - refunds for _, _, gross, refunds in self.lines)


def _able(city: City, county: County, month: Month, started: datetime) -> list[Product]:
    day = started.date()
    return [
        p for p in city.products
        if p.county is county and p.sellable(day) and p.on("live") and not p.family.local_only and p.retail <= 32_000
    ]  # fmt: skip


def build_sessions(city: City) -> list[Session]:
    tl, rng = city.timeline, city.rng("sessions")
    drafts: list[tuple[datetime, int, int, int]] = []
    for year in (0, 1):
        months = tl.months_of(year)
        sizes = [(people, fen) for people, fen, numbers in _SIZES for _ in range(numbers[year])]
        rng.shuffle(sizes)
        queue = iter(sizes)
        for month, number in zip(months, counts(NUMBERS[year], month_weights(months, "live")), strict=True):
            for _ in range(number):
                people, fen = next(queue)
                day = month.first + timedelta(days=rng.randint(0, month.days - 1))
                evening = rng.random() < 0.8
                started = at(rng, day, "19:00", "19:30") if evening else at(rng, day, "10:00", "10:20")
                drafts.append((started, year, round(people * rng.uniform(0.75, 1.25)), round(fen * rng.uniform(0.75, 1.25))))
    drafts.sort()
    viewers = allocate(PARTICIPANTS, [d[2] for d in drafts])
    net = [0] * len(drafts)
    for year, share in enumerate(YEAR_SHARES):
        places = [i for i, d in enumerate(drafts) if d[1] == year]
        for i, amount in zip(places, allocate(TOTAL * share // 100, [drafts[i][3] for i in places]), strict=True):
            net[i] = amount
    air = counts(len(drafts), list(_AIRTIME.values()))
    counties = [c for c, n in zip([next(x for x in COUNTIES if x.letter == k) for k in _AIRTIME], air, strict=True) for _ in range(n)]
    rng.shuffle(counties)
    sessions: list[Session] = []
    for i, (started, _, _, _) in enumerate(drafts):
        county = counties[i]
        able = _able(city, county, Month(started.year, started.month), started)
        goods = sorted(able, key=lambda p: rng.random() ** (1 / (3.0 if p.season else 1.0)), reverse=True)[:PRODUCTS]
        shares = [rng.lognormvariate(0, 0.6) for _ in goods]
        lines: list[tuple[Product, int, int, int]] = []
        for product, part in zip(goods, allocate(net[i], shares), strict=True):
            refunds = round(part * rng.uniform(0.01, 0.07) / 100) * 100
            lines.append((product, whole_quantity(part + refunds, product.retail), part + refunds, refunds))
        longest = 160 if started.hour >= 19 else 100
        ended = started + timedelta(minutes=rng.randint(75, longest) // 5 * 5)
        title = f"{county.short}{rng.choice(_THEMES)}（第{i + 1}场）"
        host = f"{rng.choice(_HOSTS)}（演示）"
        sessions.append(Session(
            f"ZB-{i + 1:03d}", title, rng.choice(_PLATFORMS), county, host, started, ended, viewers[i],
            round(viewers[i] * rng.uniform(0.05, 0.12)), lines,
        ))  # fmt: skip
    return sessions


def sessions_table(city: City, sessions: list[Session]) -> Table:
    rng = city.rng("sessions-confirmed")
    rows: list[Row] = []
    for s in sessions:
        confirmed = min(s.started_at.date() + timedelta(days=rng.randint(1, 5)), city.timeline.as_of)
        for product, quantity, gross, refunds in s.lines:
            rows.append((
                s.no, s.title, s.platform, s.county.code, s.host, s.started_at, s.ended_at, s.participants, s.peak, product.no,
                Quantity(quantity), product.pack.unit, Fen(gross), Fen(refunds), f"平台后台截图 {s.no}", confirmed,
            ))  # fmt: skip
    totals = {"net": yuan(sum(s.net for s in sessions)), "participants": str(sum(s.participants for s in sessions))}
    return Table("outside_sessions", rows, len(sessions), totals)
