"""What stands in a report: its sheets as rows of cells. Every number comes from the queries that the screens ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from services.kit.db import Conn
from services.reporting.domain.cells import Cell, Yuan
from services.reporting.domain.figures import PUBLISHED, Figure
from services.reporting.domain.measures import Measures
from services.reporting.domain.scope import Scope
from services.reporting.queries.figures import FigureValue, figures
from services.reporting.queries.lines import Line
from services.reporting.queries.lines_of import Filters
from services.reporting.queries.sums import cross, every_sum

CHANNELS = {
    "online": "线上商城",
    "live": "直播带货",
    "contract": "购销合同",
    "union": "工会福利",
    "employee": "职工直购",
    "counter": "专柜专区",
    "expo": "展销会",
    "community_store": "社区店",
    "external": "其他渠道",
}
EVIDENCE = {"transacted": "系统交易", "reported": "凭证上报", "carried_forward": "期初结转"}
UNITS = {"CNY": "元 CNY", "count": "个 count", "persons": "人 persons"}
KINDS = {"sale": "销售", "refund": "退款"}

FIGURES_HEADER = (
    "序号 No.",
    "指标 Figure",
    "Figure (en)",
    "键 key",
    "单位 unit",
    "本期 period",
    "累计 cumulative",
    "累计·系统交易 transacted",
    "累计·凭证上报 reported",
    "累计·期初结转 carried forward",
    "口径",
    "Definition",
    "计算式 formula",
    "来源 source",
    "负责 owner",
    "版本 version",
)
MEASURES_HEADER = (
    "销售额 gross",
    "退款 refunds",
    "净额 net",
    "系统交易 transacted",
    "凭证上报 reported",
    "期初结转 carried forward",
    "行数 lines",
    "重量(千克) kg",
)
LINES_HEADER = (
    "业务日期 business date",
    "渠道 channel",
    "类型 kind",
    "证据 evidence",
    "单据类型 document",
    "单据号 document no.",
    "经营主体 merchant",
    "产品 product",
    "产地 origin county",
    "消费地 consumption county",
    "采购单位 institution",
    "组织方 organised by",
    "数量 quantity",
    "单位 unit",
    "重量(千克) kg",
    "金额(元) amount",
    "佐证材料 paper",
    "记账时间 recorded at (UTC)",
    "行编号 line id",
    "单据编号 document id",
    "冲销 reverses",
)


@dataclass(frozen=True)
class Breakdown:
    """One sheet of sums."""

    by: str
    name: str
    header: tuple[str, ...]


BREAKDOWNS = (
    Breakdown("origin_county", "产地 origin", ("产地 origin county",)),
    Breakdown("consumption_county", "消费地 consumption", ("消费地 consumption county",)),
    Breakdown("merchant", "经营主体 merchants", ("编号 id", "经营主体 merchant")),
    Breakdown("product", "产品 products", ("编号 id", "产品 product")),
    Breakdown("institution", "采购单位 institutions", ("编号 id", "采购单位 institution")),
    Breakdown("session", "直播专场 sessions", ("编号 id", "专场 session")),
    Breakdown("outlet", "网点 outlets", ("编号 id", "网点 outlet")),
    Breakdown("campaign", "团购活动 campaigns", ("编号 id", "活动 campaign")),
)


@dataclass(frozen=True)
class FigureLine:
    """``period``: what the cumulative figure grew by from the day before the period to its last day."""

    now: FigureValue
    period: int

    def cells(self, position: int) -> tuple[Cell, ...]:
        figure: Figure = self.now.figure

        def number(n: int) -> Cell:
            return Yuan(n) if figure.is_money else n

        shares = self.now.shares
        return (
            position,
            figure.name_zh,
            figure.name_en,
            figure.key,
            UNITS[figure.unit],
            number(self.period),
            number(self.now.value),
            number(shares.transacted),
            number(shares.reported),
            number(shares.carried_forward),
            figure.definition_zh,
            figure.definition_en,
            figure.formula,
            figure.source,
            figure.owner,
            figure.version,
        )


def figure_lines(conn: Conn, start: date, end: date, counties: list[str] | None) -> list[FigureLine]:
    before = figures(conn, start - timedelta(days=1), counties, PUBLISHED)
    return [FigureLine(now, now.value - then.value) for now, then in zip(figures(conn, end, counties, PUBLISHED), before, strict=True)]


def measure_cells(found: Measures) -> tuple[Cell, ...]:
    return (
        Yuan(found.gross_fen),
        Yuan(found.refunds_fen),
        Yuan(found.net_fen),
        Yuan(found.transacted_fen),
        Yuan(found.reported_fen),
        Yuan(found.carried_forward_fen),
        found.lines,
        found.quantity_kg,
    )


def channel_months(conn: Conn, filters: Filters, scope: Scope) -> Iterator[tuple[Cell, ...]]:
    for channel, month, found in cross(conn, "channel", "month", filters, scope):
        yield (month, CHANNELS.get(channel, channel), *measure_cells(found))


def breakdown(conn: Conn, wanted: Breakdown, filters: Filters, scope: Scope) -> Iterator[tuple[Cell, ...]]:
    named = len(wanted.header) > 1
    for found in every_sum(conn, wanted.by, filters, scope):
        label: tuple[Cell, ...] = (found.key or "", found.name or "（无产品 none）") if named else (found.key,)
        yield (*label, *measure_cells(found.measures))


def line_cells(line: Line) -> tuple[Cell, ...]:
    return (
        line.business_date,
        CHANNELS.get(line.channel, line.channel),
        KINDS.get(line.kind, line.kind),
        EVIDENCE.get(line.evidence, line.evidence),
        line.document_kind,
        line.document_no,
        line.merchant_name,
        line.product_name,
        line.origin_county,
        line.consumption_county,
        line.institution_name,
        line.organised_by,
        line.quantity,
        line.unit,
        line.quantity_kg,
        Yuan(line.amount_fen),
        line.paper,
        line.recorded_at.strftime("%Y-%m-%d %H:%M:%S"),
        str(line.line_id),
        str(line.document_id),
        str(line.reverses) if line.reverses else None,
    )
