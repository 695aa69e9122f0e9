"""The figures as data: what each is called, means and counts, and who answers for it.

The words are what a reader of a report sees. `Rows` says which rows a figure is counted from; `queries/figure_rows.py`
turns that into SQL. A changed meaning raises `version` and `DEFINITIONS_VERSION`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

DEFINITIONS_VERSION = "2026.1"

Unit = Literal["CNY", "count", "persons"]
Source = Literal["orders", "catalog", "livestream", "reporting"]
RowsOf = Literal[
    "sales",
    "departments",
    "departments_in_force",
    "products",
    "products_in_force",
    "persons",
    "outlets",
    "activities",
    "labels",
    "contract_institutions",
    "contract_merchants",
    "sessions",
    "participants",
    "publicity",
]


@dataclass(frozen=True)
class Rows:
    """``of`` names the rows; ``only`` narrows them: channels of sales, kinds of outlets or institutions, media of
    publicity; ``levels`` of publicity. Empty: all."""

    of: RowsOf
    only: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figure:
    """``source``: the service whose events it stands on. ``kept_by_county`` False: its rows name no county, so that a county's
    figure is zero. ``published``: one of the city's 25."""

    key: str
    unit: Unit
    name_zh: str
    name_en: str
    definition_zh: str
    definition_en: str
    formula: str
    source: Source
    owner: str
    rows: Rows
    version: int = 1
    published: bool = True
    kept_by_county: bool = True

    @property
    def is_money(self) -> bool:
        return self.unit == "CNY"


BUREAU, AGRICULTURE, COMMERCE, UNION, PUBLICITY = ("rural_revitalisation", "agriculture_rural", "commerce", "trade_unions", "publicity")
PRESS = ("newspaper", "television", "radio")


def _sales(key: str, zh: str, en: str, words_zh: str, words_en: str, owner: str, *channels: str) -> Figure:
    chosen = f", channel in {{{', '.join(channels)}}}" if channels else ""
    return Figure(
        key,
        "CNY",
        zh,
        en,
        f"{words_zh}；销售额减退款，按业务日期（北京时间）累计至截止日",
        f"{words_en}; sales less refunds, by business date (Asia/Shanghai) up to the day asked",
        f"Σ amount_fen of sale and refund lines, business_date ≤ as_of{chosen}",
        "orders",
        owner,
        Rows("sales", channels),
    )


def _outlets(key: str, zh: str, en: str, kind: str) -> Figure:
    return Figure(
        key,
        "count",
        zh,
        en,
        f"截止日前开设过的{zh.removesuffix('数')}，已关闭的仍计入，撤回的不计",
        f"{en} opened on or before the day, those closed since included, withdrawn entries not",
        f"number of outlets of kind {kind}, opened_on ≤ as_of, not void",
        "orders",
        COMMERCE,
        Rows("outlets", (kind,)),
    )


def _institutions(key: str, zh: str, en: str, kind: str) -> Figure:
    return Figure(
        key,
        "count",
        f"签约{zh}",
        f"Contract {en}",
        f"截止日前签订过购销合作协议的{zh}，每家计一次",
        f"{en} that signed a supply contract on or before the day, each once",
        f"number of distinct institutions of kind {kind} with a contract signed_on ≤ as_of, not void",
        "orders",
        BUREAU,
        Rows("contract_institutions", (kind,)),
    )


def _publicity(key: str, zh: str, en: str, words_zh: str, words_en: str, media: tuple[str, ...], levels: tuple[str, ...] = ()) -> Figure:
    chosen = f", level in {{{', '.join(levels)}}}" if levels else ""
    return Figure(
        key,
        "count",
        zh,
        en,
        words_zh,
        words_en,
        f"number of publicity records, published_on ≤ as_of, medium in {{{', '.join(media)}}}{chosen}",
        "reporting",
        PUBLICITY,
        Rows("publicity", media, levels),
        kept_by_county=False,
    )


PUBLISHED: tuple[Figure, ...] = (
    Figure(
        "departments",
        "count",
        "参与部门",
        "Departments",
        "截止日前动员参与的市直部门和群团组织，机构改革后职责转入其他单位的仍计入",
        "departments and mass organisations mobilised up to the day, those since merged into another included",
        "number of departments, valid_from ≤ as_of",
        "reporting",
        BUREAU,
        Rows("departments"),
        kept_by_county=False,
    ),
    Figure(
        "products_certified",
        "count",
        "累计认定产品",
        "Products certified",
        "截止日前认定过的消费帮扶产品，每个计一次，已到期、撤销的仍计入",
        "products ever certified up to the day, each once, those expired or revoked since included",
        "number of products whose first certificate is valid_from ≤ as_of",
        "catalog",
        AGRICULTURE,
        Rows("products"),
    ),
    Figure(
        "persons_covered",
        "persons",
        "覆盖脱贫人口",
        "Persons covered",
        "截止日当天有效的联农带农机制所覆盖的人数；一人只列在一个机制中",
        "persons covered by assistance mechanisms in force on the day; a person is named under one mechanism",
        "Σ persons of mechanisms, valid_from ≤ as_of ≤ valid_until, not withdrawn",
        "catalog",
        BUREAU,
        Rows("persons"),
    ),
    _outlets("counters", "专柜专区数", "counters and special zones", "counter"),
    Figure(
        "activities",
        "count",
        "专项活动",
        "Activities",
        "截止日前举办的专项促销活动；与专场、展销会、签约相联的只计一次",
        "special sales activities held up to the day; one that is a session, fair or signing counts once",
        "number of activities, held_on ≤ as_of",
        "reporting",
        COMMERCE,
        Rows("activities"),
    ),
    _sales("sales_total", "累计销售额", "Sales, all channels", "全部渠道的消费帮扶销售额", "sales of all channels", BUREAU),
    Figure(
        "quality_labels",
        "count",
        "获质量标识产品",
        "Products with a quality label",
        "截止日当天至少持有一项有效质量标识（绿色、有机、地理标志、达标合格）的认定产品",
        "certified products that hold at least one quality label in force on the day",
        "number of distinct products with a label valid_from ≤ as_of ≤ valid_until, certified by then",
        "catalog",
        AGRICULTURE,
        Rows("labels"),
    ),
    _institutions("contract_hospitals", "医院", "hospitals", "hospital"),
    _institutions("contract_schools", "学校", "schools", "school"),
    _institutions("contract_enterprises", "企业", "enterprises", "enterprise"),
    Figure(
        "contract_merchants",
        "count",
        "签约经营主体",
        "Contract merchants",
        "截止日前签订过购销合作协议的经营主体，每家计一次",
        "merchants that signed a supply contract on or before the day, each once",
        "number of distinct merchants with a contract signed_on ≤ as_of, not void",
        "orders",
        BUREAU,
        Rows("contract_merchants"),
    ),
    _sales(
        "contract_purchases",
        "合同采购额",
        "Contract purchases",
        "购销合同项下已验收的采购额",
        "accepted deliveries under contracts",
        BUREAU,
        "contract",
    ),
    _sales(
        "counter_sales",
        "专柜专区销售额",
        "Counter sales",
        "专柜、专区、专馆的销售额",
        "sales at counters and special zones",
        COMMERCE,
        "counter",
    ),
    _outlets("expos", "展销会数", "sales fairs", "expo"),
    _sales(
        "expo_sales",
        "展销会销售额",
        "Sales-fair sales",
        "展销会现场销售及随后履约的助销，意向额不计",
        "bought at sales fairs and assisted sales that followed from them; letters of intent never count",
        COMMERCE,
        "expo",
    ),
    Figure(
        "live_sessions",
        "count",
        "直播专场",
        "Live sessions",
        "截止日前举办的直播专场，含经县级确认的站外专场",
        "live selling sessions held up to the day, with the outside sessions that a county confirmed",
        "number of ended or confirmed sessions, business_date ≤ as_of, not void",
        "livestream",
        COMMERCE,
        Rows("sessions"),
    ),
    Figure(
        "live_participants",
        "persons",
        "直播参与人数",
        "Live participants",
        "各场不重复观众数之和",
        "sum over sessions of the distinct viewers of that session",
        "Σ participants of ended or confirmed sessions, business_date ≤ as_of, not void",
        "livestream",
        COMMERCE,
        Rows("participants"),
    ),
    _sales("live_sales", "直播销售额", "Live sales", "直播专场成交额", "paid in live sessions", COMMERCE, "live"),
    _sales(
        "employee_sales",
        "职工直购额",
        "Staff purchases",
        "干部职工自费直购、团购的金额",
        "bought by staff with their own money in direct or group purchases",
        UNION,
        "employee",
    ),
    _sales("union_sales", "工会采购额", "Union purchases", "用工会经费采购的金额", "bought with union funds", UNION, "union"),
    _outlets("community_stores", "社区店数", "community stores", "community_store"),
    _sales(
        "community_store_sales",
        "社区店销售额",
        "Community-store sales",
        "社区店销售额",
        "sold in community stores",
        COMMERCE,
        "community_store",
    ),
    _publicity(
        "press_reports",
        "报刊广电报道",
        "Press reports",
        "截止日前在报纸、电视、广播上的报道",
        "reports in newspapers and on radio and television up to the day",
        PRESS,
    ),
    _publicity(
        "press_reports_provincial_or_higher",
        "省级以上报道",
        "Press reports, provincial or national",
        "其中省级及以上的报道",
        "of these at provincial or national level",
        PRESS,
        ("central", "provincial"),
    ),
    _publicity("online_reports", "网络报道", "Online reports", "截止日前的网络报道", "reports online up to the day", ("online",)),
)

MORE: tuple[Figure, ...] = tuple(
    replace(figure, published=False)
    for figure in (
        Figure(
            "products_in_force",
            "count",
            "有效认定产品",
            "Products in force",
            "截止日当天认定有效、未被暂停、撤销或召回的产品",
            "products whose certificate is in force on the day, and neither they nor their merchant withdrawn",
            "number of products with a certificate valid_from ≤ as_of ≤ valid_until and no withdrawal in force at the end of the day",
            "catalog",
            AGRICULTURE,
            Rows("products_in_force"),
        ),
        Figure(
            "departments_in_force",
            "count",
            "现有成员单位",
            "Departments in force",
            "截止日当天有效的成员单位",
            "departments and mass organisations that take part on the day",
            "number of departments, valid_from ≤ as_of ≤ valid_until",
            "reporting",
            BUREAU,
            Rows("departments_in_force"),
            kept_by_county=False,
        ),
        _sales(
            "online_sales",
            "线上商城销售额",
            "Online sales",
            "线上商城（非直播）销售额",
            "shopper checkouts outside live sessions",
            COMMERCE,
            "online",
        ),
        _sales(
            "external_sales",
            "其他渠道销售额",
            "Sales elsewhere",
            "经营主体在其他渠道的销售，逐月报告并经县级确认",
            "sales merchants made elsewhere, reported monthly and confirmed by their county",
            COMMERCE,
            "external",
        ),
    )
)
ALL: tuple[Figure, ...] = (*PUBLISHED, *MORE)
BY_KEY: dict[str, Figure] = {f.key: f for f in ALL}
