"""Chinese words for the choices, as a clerk would write them; importers take these and the English keys."""

from __future__ import annotations

from infra.demo.city.families import CATEGORIES

_SUBJECT: dict[object, str] = {"merchant": "经营主体", "product": "产品"}
_YES: dict[object, str] = {True: "是", False: "否"}

# (kind, column) → English key → word. Columns that are not named here are written with their English keys.
WORDS: dict[tuple[str, str], dict[object, str]] = {
    ("merchants", "kind"): {
        "cooperative": "合作社", "company": "企业", "family_farm": "家庭农场", "village_collective": "村集体", "sole_trader": "个体工商户",
    },
    ("products", "category"): dict(CATEGORIES.items()),
    ("products", "storage"): {"ambient": "常温", "chilled": "冷藏", "frozen": "冷冻", "live": "鲜活"},
    ("products", "is_food"): _YES,
    ("certificates", "subject"): _SUBJECT,
    ("withdrawals", "subject"): _SUBJECT,
    ("withdrawals", "kind"): {"suspended": "暂停", "revoked": "撤销", "recalled": "召回"},
    ("mechanisms", "kind"): {
        "purchase_order": "订单收购", "employment": "务工就业", "land_lease": "土地流转", "dividend": "入股分红", "training": "培训代养",
    },
    ("institutions", "kind"): {"hospital": "医院", "school": "学校", "enterprise": "企业"},
    ("institutions", "kitchen"): {"own": "自营", "outsourced": "承包", "distributor": "配送"},
    ("outlets", "kind"): {"counter": "专柜", "expo": "展销会", "community_store": "社区店"},
    ("outlets", "sub_kind"): {
        "supermarket": "超市", "wholesale_market": "批发市场", "scenic_spot": "景区", "service_area": "服务区",
        "post_or_bank": "邮政银行网点",
        "fair": "展销", "store": "社区店",
    },
    ("slips", "pay_type"): {"cash": "现金", "scan": "扫码", "card": "银行卡"},
    ("fair_orders", "buyer_kind"): {
        "shop": "商超", "wholesaler": "批发商", "caterer": "餐饮企业", "institution": "机关单位", "other": "其他",
    },
    ("fair_orders", "consumption_county"): {"outside": "市外"},
    ("campaigns", "kind"): {"union": "工会福利", "employee": "职工直购"},
    ("campaigns", "organised_by"): {"union": "工会"},
    ("campaigns", "festival"): {
        "spring": "春节", "dragon_boat": "端午", "mid_autumn": "中秋", "new_year": "元旦", "qingming": "清明", "labour_day": "劳动节",
        "national_day": "国庆",
    },
    ("external_reports", "returned_once"): _YES,
    ("departments", "lead"): _YES,
    ("activities", "kind"): {
        "session": "直播专场", "fair": "展销会", "signing": "签约仪式", "community_day": "社区集市日", "matching": "产销对接会",
    },
}  # fmt: skip
