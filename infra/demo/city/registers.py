"""The registers of the program office: departments, activities, publicity."""

from __future__ import annotations

from datetime import date, timedelta

from infra.demo.city.contracts import SECTORS, Supply
from infra.demo.city.counties import COUNTIES
from infra.demo.city.fairs import Fair
from infra.demo.city.model import City, Row, Table
from infra.demo.city.money import allocate, counts
from infra.demo.city.sessions import Session
from infra.demo.city.timeline import YEAR_SHARES, month_weights, random_day

# Code, name, duty; the first one's duties went to `agriculture_rural` when it was merged.
DEPARTMENTS = (
    ("rural_revitalisation", "市乡村振兴局", "牵头消费帮扶，组织产品认定与带动机制核查"),
    ("agriculture_rural", "市农业农村局", "产品质量与标准、抽样检测、追溯"),
    ("organs_committee", "市直机关工委", "组织机关干部职工直购"),
    ("trade_unions", "市总工会", "组织工会福利团购"),
    ("health", "市卫健委", "组织医院食堂采购"),
    ("education_sports", "市教育体育局", "组织学校食堂采购"),
    ("market_supervision", "市市场监管局", "经营主体合规与食品安全监管"),
    ("development_reform", "市发展改革委", "统筹消费帮扶政策"),
    ("finance", "市财政局", "预留份额与政府采购"),
    ("industry_it", "市工业和信息化局", "组织企业食堂采购"),
    ("commerce", "市商务局", "专柜、展销会与电商渠道"),
    ("state_assets", "市国资委", "组织国有企业采购"),
    ("publicity", "市委宣传部", "宣传报道"),
    ("industry_federation", "市工商联", "动员民营企业参与"),
    ("youth_league", "团市委", "青年主播培训与直播活动"),
)
_MERGED_AFTER_MONTHS = 9
_SIGNING_BY = {"hospital": ("health", "医院"), "school": ("education_sports", "学校"), "enterprise": ("industry_it", "企业")}

COMMUNITY_DAYS, MATCHINGS = 18, 12

# Reports by medium: (central, provincial, city).
_PRESS = {"newspaper": (10, 61, 60), "television": (5, 27, 26), "radio": (3, 18, 17)}
_ONLINE = (12, 34, 42)
_LEVELS = ("central", "provincial", "city")
_LEVEL_WORDS = {"central": "中央级", "provincial": "省级", "city": "市级"}
_MEDIUM_WORDS = {"newspaper": "报纸", "television": "电视台", "radio": "广播", "online": "网站"}
_STORIES = (
    "一颗鸭梨走出富民路", "菌菇棚里的好日子", "食堂里的家乡味", "直播间连起田间地头", "专柜开到家门口", "圆铃大枣甜了乡亲",
    "工会福利送出帮扶情", "展销会上订单忙", "小香瓜成了大产业", "社区店里的帮扶货架", "联农带农有实效", "买产品 献爱心 固成果 促振兴",
    "樱桃熟了 游客来了", "冷链通到村口",
)  # fmt: skip


def departments_table(city: City) -> Table:
    tl = city.timeline
    begin = date(tl.start.year - 1, 1, 1)
    merged = tl.day_at(_MERGED_AFTER_MONTHS, 1) - timedelta(days=1)
    rows: list[Row] = []
    for i, (code, name, duty) in enumerate(DEPARTMENTS):
        lead = code in ("rural_revitalisation", "agriculture_rural")
        rows.append((code, name, duty, lead or None, begin, merged if i == 0 else None, "agriculture_rural" if i == 0 else None))
    return Table("departments", rows, len(rows))


def activities_table(city: City, made: Supply, fairs: list[Fair], sessions: list[Session]) -> Table:
    """146 activities in the order of their days; writes the number of its ceremony into each contract."""
    tl, rng = city.timeline, city.rng("activities")
    # Day, kind, title, county, department, session, fair, contracts.
    drafts: list[tuple[date, str, str, str | None, str, str | None, str | None, tuple[str, ...]]] = []
    for s in sessions:
        drafts.append((s.started_at.date(), "session", s.title, s.county.code, rng.choice(("youth_league", "commerce")), s.no, None, ()))
    for f in fairs:
        name = f.outlet.name.removesuffix("（演示）")
        drafts.append((f.outlet.opened, "fair", name, f.outlet.county.code, "commerce", None, f.outlet.code, ()))
    for sector in SECTORS:
        department, word = _SIGNING_BY[sector.kind]
        for wave in range(len(sector.waves)):
            mine = [c for c in made.contracts if c.institution.kind == sector.kind and c.wave == wave]
            title = f"消费帮扶进{word}签约仪式（第{wave + 1}场）"
            drafts.append((mine[0].signed_on, "signing", title, None, department, None, None, tuple(c.no for c in mine)))
    for kind, number, department, words in (
        ("community_day", COMMUNITY_DAYS, "commerce", "社区消费帮扶集市日"), ("matching", MATCHINGS, "agriculture_rural", "产销对接会"),
    ):  # fmt: skip
        n = 0
        for year, part in enumerate(allocate(number, YEAR_SHARES)):
            months = tl.months_of(year)
            for month, times in zip(months, counts(part, month_weights(months, "counter")), strict=True):
                for _ in range(times):
                    n += 1
                    county = rng.choice(COUNTIES)
                    day = random_day(rng, month.first, month.last)
                    drafts.append((day, kind, f"{county.short}{words}（第{n}场）", county.code, department, None, None, ()))
    drafts.sort(key=lambda d: (d[0], d[1], d[2]))
    contracts = {c.no: c for c in made.contracts}
    rows: list[Row] = []
    for no, (day, kind, title, county_code, department, session, fair, signed) in enumerate(drafts, start=1):
        code = f"HD-{no:04d}"
        for contract in signed:
            contracts[contract].signing = code
        rows.append((code, kind, title, day, county_code, department, session, fair, ";".join(signed) or None))
    return Table("activities", rows, len(rows))


def publicity_table(city: City) -> Table:
    tl, rng = city.timeline, city.rng("publicity")
    media: list[tuple[str, str | None, str, int | None]] = []
    for medium, numbers in (*_PRESS.items(), ("online", _ONLINE)):
        for level, number in zip(_LEVELS, numbers, strict=True):
            media.extend([(medium, level, f"{_LEVEL_WORDS[level]}{_MEDIUM_WORDS[medium]}", None)] * number)
    rng.shuffle(media)
    first = allocate(len(media), YEAR_SHARES)[0]
    dated = [(random_day(rng, *tl.year_span(0 if i < first else 1)), rng.choice(_STORIES), *m) for i, m in enumerate(media)]
    extras = (
        ("film", 48, "公益宣传片：家乡好物"), ("film", 36, "公益宣传片：从田间到食堂"), ("column", None, "消费帮扶专栏"),
        ("column", None, "产品巡礼专题"), ("brochure", None, "产品画册"),
    )  # fmt: skip
    words = {"film": "公益片", "column": "专栏", "brochure": "画册"}
    dated.extend((random_day(rng, tl.start, tl.as_of), title, medium, None, words[medium], aired) for medium, aired, title in extras)
    dated.sort(key=lambda d: (d[0], d[2], d[4], d[1]))
    rows: list[Row] = []
    for no, (published, title, medium_key, level_key, kind, aired) in enumerate(dated, start=1):
        rows.append((f"XC-{no:04d}", medium_key, level_key, kind, title, published, aired))
    return Table("publicity", rows, len(rows))
