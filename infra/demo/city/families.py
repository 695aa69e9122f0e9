"""The families of goods that the demo city sells, each with what it looks like.

A family is goods that look alike: products are family × grade × pack × merchant. `look`, `shape` and `colours` are what a drawing needs:
`shape` is one of SHAPES, `colours` are hex strings from the main one to the accent, `wrap` is how the retail pack appears.
Prices are the plausible ranges of a retail pack in yuan and of a kilogram by bulk in yuan.
"""

# ruff: noqa: E501  (a table: one family reads best in as few lines as it needs)
# fmt: off
from __future__ import annotations

from dataclasses import dataclass, field

# One letter a county, used in the tables below.
COUNTY_LETTERS = {
    "D": "371502", "C": "371503", "L": "371581", "E": "371524",
    "Y": "371521", "S": "371522", "G": "371525", "T": "371526",
}

CATEGORIES = {
    "vegetables": "新鲜蔬菜",
    "mushrooms": "食用菌",
    "fruit": "时令水果",
    "grain": "米面杂粮",
    "oil_seasoning": "粮油调味",
    "poultry_eggs": "禽肉蛋品",
    "meat_fish": "肉类水产",
    "jujube_dried": "红枣干果",
    "ejiao_lingzhi": "阿胶灵芝",
    "snacks": "糕点小吃",
    "crafts": "手工纺织",
}

SHAPES = {
    "round": "round fruit or vegetable, several in a pile, one cut open where the look says so",
    "long": "long fruit or pod, several side by side",
    "leaf": "bunch of leaves or stalks tied in the middle",
    "root": "roots or tubers in a heap",
    "cap": "mushroom caps on stems, a cluster",
    "berry": "small fruit in a shallow tray",
    "dry": "heap of small dried pieces in front of the pack",
    "grain": "heap of grains or powder in a bowl beside the pack",
    "noodle": "bundle of straight strands or a folded sheet",
    "curd": "soft white block on a plate",
    "bird": "whole dressed bird on a board",
    "cut": "cuts of meat on a tray",
    "egg": "eggs in a tray or basket",
    "fish": "a fish from the side",
    "turtle": "a turtle from above",
    "bread": "flat round or square pastry, stacked",
    "cake": "small rectangular pieces, a few unwrapped",
    "bottle": "bottle or jug with a label and a coloured cap",
    "jar": "squat jar with a lid and a label",
    "textile": "folded cloth in a stack",
    "gourd": "double-bellied bottle gourd",
    "print": "framed sheet with bold figures",
    "woven": "woven basket",
}


@dataclass(frozen=True, slots=True)
class Pack:
    """A retail pack: unit, words on the label, net grams (0: not weighed), price range in yuan."""

    unit: str
    text: str
    grams: int
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """One family of goods. `counties`: products by county letter.

    `season`: months of sale, empty = all year; `season_in`: other months for a county letter; `days`: first and last (month, day)
    where the months are too coarse. `best`: months in which it sells twice as well. `channels`: the only channels, empty = all.
    """

    slug: str
    name: str
    category: str
    counties: dict[str, int]
    packs: tuple[Pack, ...]
    bulk: tuple[float, float] | None
    shape: str
    colours: tuple[str, ...]
    wrap: str
    look: str
    grades: tuple[str, ...] = ("精品", "优选")
    season: tuple[int, ...] = ()
    season_in: dict[str, tuple[int, ...]] = field(default_factory=dict)
    days: tuple[tuple[int, int], tuple[int, int]] | None = None
    best: tuple[int, ...] = ()
    storage: str = "ambient"
    canteen: bool = False
    schools: bool = True
    local_only: bool = False
    channels: frozenset[str] = frozenset()
    food: bool = True


def _p(unit: str, text: str, grams: int, low: float, high: float) -> Pack:
    return Pack(unit, text, grams, low, high)


_BOX25 = "2.5kg/箱"
_G3 = ("精品", "优选", "一级")

_VEGETABLES = (
    Family("tomato", "番茄", "vegetables", {"D": 4, "S": 5}, (_p("箱", _BOX25, 2500, 15, 32),), (2.4, 7.0), "round",
           ("#d6362b", "#f06a4d", "#3f7d3a"), "open carton", "glossy red tomatoes with green star calyx, one halved", _G3,
           best=(11, 12, 1, 2, 3, 4, 5, 6), canteen=True),
    Family("cucumber", "黄瓜", "vegetables", {"D": 4, "S": 5}, (_p("箱", _BOX25, 2500, 15, 30),), (2.4, 7.0), "long",
           ("#2f7d32", "#6fae4b", "#f2d04b"), "open carton", "slim dark green cucumbers with small warts and a yellow flower", _G3,
           best=(11, 12, 1, 2, 3, 4, 5, 6), canteen=True),
    Family("zucchini", "西葫芦", "vegetables", {"S": 3}, (_p("箱", _BOX25, 2500, 13, 26),), (1.6, 5.0), "long",
           ("#8dbb5a", "#c9dd9c", "#4f7f34"), "open carton", "pale speckled green squashes, thicker than cucumbers", _G3, canteen=True),
    Family("celery", "芹菜", "vegetables", {"S": 6}, (_p("箱", _BOX25, 2500, 13, 24),), (1.6, 4.5), "leaf",
           ("#7fb347", "#cfe3a3", "#3f7d3a"), "open carton", "light green stalks with dark leafy tops, tied", _G3, canteen=True),
    Family("pepper", "尖椒", "vegetables", {"C": 4, "S": 2}, (_p("箱", _BOX25, 2500, 18, 34),), (3.5, 8.0), "long",
           ("#3b8f3a", "#79b84f", "#d6362b"), "open carton", "long pointed green peppers, one red", _G3,
           season=(10, 11, 12, 1, 2, 3, 4, 5, 6), canteen=True),
    Family("sweet-pepper", "彩椒", "vegetables", {"C": 4, "S": 2}, (_p("箱", _BOX25, 2500, 20, 36),), (4.0, 9.0), "round",
           ("#e2352c", "#f4b81f", "#3f8f3a"), "open carton", "blocky bell peppers in red, yellow and green", _G3,
           season=(10, 11, 12, 1, 2, 3, 4, 5, 6), canteen=True),
    Family("eggplant", "茄子", "vegetables", {"D": 4, "S": 3}, (_p("箱", _BOX25, 2500, 15, 28),), (2.2, 6.0), "long",
           ("#4b2a6b", "#7b4f9e", "#4f7f34"), "open carton", "shiny dark purple eggplants with green caps", _G3, canteen=True),
    Family("green-bean", "豆角", "vegetables", {"D": 1, "S": 2}, (_p("箱", _BOX25, 2500, 18, 30),), (3.0, 7.0), "long",
           ("#5fa044", "#a5cf7a", "#2f6b2f"), "open carton", "bundle of very long thin green beans", _G3, canteen=True),
    Family("chives", "韭菜", "vegetables", {"T": 5}, (_p("箱", _BOX25, 2500, 25, 38),), (3.0, 8.0), "leaf",
           ("#2f7d32", "#5aa84a", "#e9e4c9"), "open carton", "flat dark green blades with white ends, tied with straw", _G3,
           season=(10, 11, 12, 1, 2, 3, 4, 5), canteen=True),
    Family("cabbage", "大白菜", "vegetables", {"L": 2, "Y": 2, "T": 2}, (_p("箱", "5kg/箱", 5000, 13, 24),), (0.9, 2.4), "leaf",
           ("#d9e8b5", "#f7f4e3", "#6ea644"), "net bag", "tall pale cabbage with white ribs and green outer leaves", _G3,
           season=(11, 12, 1, 2, 3), canteen=True),
    Family("spinach", "菠菜", "vegetables", {"D": 2, "G": 2}, (_p("箱", _BOX25, 2500, 16, 28),), (2.5, 6.0), "leaf",
           ("#2e6b2e", "#4f9444", "#c4566a"), "open carton", "dark rounded leaves with reddish roots, tied", _G3,
           season=(10, 11, 12, 1, 2, 3, 4), canteen=True),
    Family("garlic", "大蒜", "vegetables", {"Y": 1, "G": 2}, (_p("袋", "2.5kg/袋", 2500, 22, 38),), (5.0, 9.0), "root",
           ("#f4efe6", "#d9c7d6", "#a98aa8"), "net bag", "white bulbs with a purple blush, one opened into cloves", _G3, canteen=True),
    Family("leek", "大葱", "vegetables", {"Y": 2, "C": 4}, (_p("箱", "2.5kg/箱", 2500, 14, 26),), (1.8, 4.5), "leaf",
           ("#f5f3ea", "#7bb35a", "#2f7d32"), "paper band", "long white shafts turning into green leaves", _G3,
           season=(10, 11, 12, 1, 2, 3), canteen=True),
    Family("potato", "土豆", "vegetables", {"E": 1, "G": 2, "T": 3}, (_p("袋", "5kg/袋", 5000, 16, 28),), (1.8, 3.6), "root",
           ("#d8b36a", "#b98d45", "#f0dca8"), "net bag", "smooth yellow-brown potatoes, one cut pale yellow", _G3, canteen=True),
    Family("sweet-potato", "红薯", "vegetables", {"L": 2, "E": 1, "G": 2}, (_p("箱", _BOX25, 2500, 18, 32),), (2.4, 5.0), "root",
           ("#a5432f", "#e58b3a", "#7b2f24"), "open carton", "red-skinned spindle roots, one baked and split orange", _G3,
           season=(9, 10, 11, 12, 1, 2, 3, 4), canteen=True),
    Family("lotus-root", "莲藕", "vegetables", {"D": 3}, (_p("箱", _BOX25, 2500, 22, 36),), (4.0, 8.0), "root",
           ("#e9d9c3", "#c9ac8b", "#f7efe3"), "open carton", "beige segmented root, slices with a wheel of holes", _G3,
           season=(8, 9, 10, 11, 12, 1, 2, 3), canteen=True),
    Family("frozen-vegetables", "速冻蔬菜", "vegetables", {"S": 6, "Y": 3}, (_p("袋", "1kg/袋", 1000, 10, 18),), (7.0, 12.0), "dry",
           ("#4f9a3f", "#f2b134", "#e9f4f8"), "frosted blue pouch", "diced carrot, peas and corn with ice crystals",
           ("什锦", "毛豆", "甜玉米粒", "西兰花"), storage="frozen", canteen=True),
)

_MUSHROOMS = (
    Family("button-mushroom", "双孢菇", "mushrooms", {"S": 9}, (_p("箱", _BOX25, 2500, 28, 50),), (8.0, 14.0), "cap",
           ("#f7f2ea", "#e3d5c1", "#b99f7f"), "white tray box", "plump white caps, one sliced to show brown gills", _G3,
           season=(10, 11, 12, 1, 2, 3, 4, 5), storage="chilled", canteen=True),
    Family("shiitake-dried", "香菇干", "mushrooms", {"S": 7, "G": 2}, (_p("袋", "250g/袋", 250, 25, 48),), (60.0, 110.0), "cap",
           ("#6b4a2f", "#a37b52", "#e8d8bd"), "clear pouch", "brown caps with pale star cracks, dried", _G3),
    Family("oyster-mushroom", "平菇", "mushrooms", {"S": 6, "D": 2}, (_p("箱", _BOX25, 2500, 20, 36),), (7.0, 12.0), "cap",
           ("#b9b2a8", "#8f867b", "#efe9e0"), "white tray box", "grey fan-shaped caps in a cluster", _G3,
           storage="chilled", canteen=True),
    Family("king-oyster", "杏鲍菇", "mushrooms", {"S": 3}, (_p("箱", _BOX25, 2500, 24, 40),), (8.0, 13.0), "cap",
           ("#f3e9da", "#c9a87d", "#8c6a45"), "white tray box", "thick white stems with small tan caps", _G3,
           storage="chilled", canteen=True),
    Family("wood-ear", "木耳干", "mushrooms", {"S": 3, "G": 2}, (_p("袋", "250g/袋", 250, 22, 42),), (60.0, 110.0), "dry",
           ("#2b2422", "#4a3c38", "#8a7a74"), "clear pouch", "crinkled black ear-shaped pieces", _G3),
)

_FRUIT = (
    Family("watermelon", "西瓜", "fruit", {"D": 5, "S": 5},
           (_p("个", "约5kg/个", 5000, 15, 35), _p("个", "约6kg/个", 6000, 18, 38)), (1.8, 4.5), "round",
           ("#3f8f3a", "#1f5a24", "#e8453c"), "loose", "striped green melon with a red wedge and black seeds", _G3,
           season=(4, 5, 6, 7), season_in={"D": (4, 5, 6)}, days=((4, 20), (7, 25)), canteen=True),
    Family("strawberry", "草莓", "fruit", {"D": 5}, (_p("盒", "1kg/盒", 1000, 30, 80),), (16.0, 44.0), "berry",
           ("#d92b3a", "#f2656b", "#3f8f3a"), "clear clamshell", "heart-shaped red berries with seeds and green tops", ("红颜", "章姬", "精品"),
           season=(12, 1, 2, 3, 4), storage="chilled"),
    Family("thin-melon", "甜瓜", "fruit", {"C": 6}, (_p("箱", _BOX25, 2500, 25, 55),), (5.0, 14.0), "round",
           ("#e8e2a0", "#b9cf7a", "#f6f2d4"), "open carton", "pale yellow-green small melons, thin skin", _G3,
           season=(4, 5, 6), canteen=True),
    Family("xin-melon", "香瓜", "fruit", {"S": 9}, (_p("箱", "3kg/箱", 3000, 28, 60),), (4.0, 12.0), "round",
           ("#f1c93b", "#f8e39a", "#f4f1e0"), "gift carton", "bright yellow oval melons with white stripes, one cut white", _G3,
           season=(4, 5, 6, 7), canteen=True),
    Family("yali-pear", "鸭梨", "fruit", {"G": 9}, (_p("箱", "5kg/箱", 5000, 29, 58),), (3.0, 6.5), "round",
           ("#e6d85a", "#f3ec9a", "#7a5b2e"), "open carton", "yellow pears with a bulge like a duck's head at the stem", _G3,
           season=(9, 10, 11, 12, 1, 2, 3, 4), canteen=True),
    Family("cherry", "大樱桃", "fruit", {"G": 5}, (_p("盒", "1.5kg/盒", 1500, 60, 150),), (20.0, 50.0), "berry",
           ("#8f1420", "#c72a35", "#4f7f34"), "gift box", "dark red cherries in pairs on green stems", ("特级", "精品", "优选"),
           season=(4, 5, 6), days=((4, 20), (6, 5)), storage="chilled"),
    Family("apple", "苹果", "fruit", {"G": 6}, (_p("箱", "5kg/箱", 5000, 39, 72),), (4.5, 8.5), "round",
           ("#d13a35", "#f0a35a", "#f6e7b0"), "open carton", "red apples streaked with yellow, foam nets", ("红富士", "精品", "优选"),
           season=(10, 11, 12, 1, 2, 3), canteen=True),
    Family("grape", "葡萄", "fruit", {"D": 2, "T": 4}, (_p("箱", _BOX25, 2500, 30, 65),), (6.0, 16.0), "berry",
           ("#5b2a6e", "#8a57a3", "#5fa044"), "gift carton", "a hanging bunch of purple grapes with one leaf", ("巨峰", "夏黑", "精品"),
           season=(7, 8, 9), storage="chilled"),
    Family("peach", "鲜桃", "fruit", {"S": 2, "Y": 2}, (_p("箱", _BOX25, 2500, 22, 45),), (4.0, 9.0), "round",
           ("#f3a68c", "#e8645a", "#8fb85a"), "open carton", "pink and cream peaches with a leaf", _G3,
           season=(6, 7, 8), canteen=True),
    Family("mulberry", "鲜桑葚", "fruit", {"L": 2}, (_p("盒", "500g/盒", 500, 20, 38),), (16.0, 34.0), "berry",
           ("#3a1030", "#6b1f4f", "#5fa044"), "clear clamshell", "long black-purple berries with green stems", _G3,
           season=(5, 6), days=((5, 20), (6, 25)), storage="chilled"),
)

_GRAIN = (
    Family("wheat-flour", "小麦粉", "grain", {"D": 6, "C": 3, "L": 4, "Y": 4, "S": 2, "T": 2},
           (_p("袋", "25kg/袋", 25000, 92, 125), _p("袋", "5kg/袋", 5000, 26, 38)), (3.6, 4.8), "grain",
           ("#fbf8ef", "#e3c889", "#c23b2e"), "white sack with red print", "white flour in a bowl, two ears of wheat",
           ("特一粉", "饺子粉", "馒头粉"), canteen=True),
    Family("donge-flour", "东阿小麦粉", "grain", {"E": 6}, (_p("袋", "5kg/袋", 5000, 28, 48),), (4.4, 7.0), "grain",
           ("#fbf8ef", "#d9b45f", "#2f5f8f"), "white sack with blue print", "white flour in a bowl, golden wheat and a river wave",
           ("雪花粉", "石磨粉", "特一粉"), canteen=True),
    Family("whole-wheat", "全麦粉", "grain", {"D": 3, "L": 2}, (_p("袋", "5kg/袋", 5000, 30, 46),), (5.0, 7.5), "grain",
           ("#d9b98a", "#a67c47", "#f3e6cd"), "kraft sack", "tan flour with flecks of bran in a wooden bowl", ("石磨", "优选"), canteen=True),
    Family("millet", "小米", "grain", {"E": 5}, (_p("袋", "2.5kg/袋", 2500, 25, 55),), (8.0, 14.0), "grain",
           ("#f2c230", "#f8e08a", "#b8862b"), "vacuum brick", "tiny golden grains in a bowl", ("黄小米", "精品", "优选"), canteen=True),
    Family("mixed-grain", "杂粮", "grain", {"E": 4, "Y": 2, "S": 2, "G": 2, "C": 1}, (_p("袋", "2.5kg/袋", 2500, 25, 52),), (8.0, 14.0), "grain",
           ("#8a5a3a", "#d9a441", "#7b1f2b"), "clear pouch", "stripes of red beans, mung beans, corn and black rice",
           ("八宝", "绿豆", "玉米糁", "红豆"), canteen=True),
    Family("noodles", "挂面", "grain", {"D": 3, "C": 2, "L": 2, "Y": 2, "T": 5}, (_p("箱", "2kg/箱", 2000, 16, 32),), (5.0, 8.5), "noodle",
           ("#f4e3b5", "#e1c27d", "#c23b2e"), "paper wrap", "straight pale strands bound by a red band",
           ("原味", "鸡蛋", "荞麦"), canteen=True),
    Family("mung-bean-sheets", "绿豆粉皮", "grain", {"G": 7}, (_p("袋", "500g/袋", 500, 12, 25),), (16.0, 30.0), "noodle",
           ("#e6f0dc", "#bcd6a5", "#7fa35f"), "clear pouch", "translucent greenish round sheets, folded", ("手工", "精品", "优选"), canteen=True),
    Family("old-tofu", "老豆腐", "grain", {"T": 3}, (_p("盒", "500g/盒", 500, 4, 8),), (5.0, 9.0), "curd",
           ("#f8f3e4", "#e6dcc0", "#5a8f4a"), "clear box", "white curd block with a spoon of green sauce", ("原味", "卤水"),
           storage="chilled", canteen=True, local_only=True),
)

_OIL = (
    Family("peanut-oil", "花生油", "oil_seasoning", {"E": 7, "D": 2}, (_p("桶", "5L/桶", 4600, 105, 165),), (18.0, 26.0), "bottle",
           ("#e8a317", "#f6cf6a", "#c23b2e"), "clear jug", "golden oil in a handled jug, peanuts at its foot", ("古法压榨", "一级", "浓香"), canteen=True),
    Family("sesame-oil", "小磨香油", "oil_seasoning", {"Y": 5, "D": 2}, (_p("瓶", "500ml/瓶", 460, 32, 62),), (48.0, 88.0), "bottle",
           ("#8a4a1a", "#c9822e", "#f3e3b5"), "slim glass bottle", "amber-brown oil, sesame seeds and a stone mill", ("石磨", "头道", "优选"),
           canteen=True),
    Family("soybean-oil", "大豆油", "oil_seasoning", {"D": 2, "C": 2, "T": 1}, (_p("桶", "5L/桶", 4600, 58, 86),), (9.5, 14.0), "bottle",
           ("#f1c84b", "#f9e6a3", "#3f8f3a"), "clear jug", "pale yellow oil in a handled jug, soybeans at its foot", ("一级", "优选"), canteen=True),
    Family("sesame-paste", "芝麻酱", "oil_seasoning", {"Y": 1, "E": 1, "G": 1}, (_p("瓶", "350g/瓶", 350, 16, 30),), (28.0, 46.0), "jar",
           ("#b98a52", "#8a6233", "#f3e3c5"), "glass jar", "thick tan paste with a swirl on a spoon", ("纯芝麻", "石磨"), canteen=True),
    Family("pickles", "酱菜", "oil_seasoning", {"L": 10}, (_p("罐", "400g/罐", 400, 9, 22),), (8.0, 15.0), "jar",
           ("#7a4a24", "#a9783f", "#5f7f2f"), "clay-coloured jar", "brown glossy pickled cucumber and radish strips",
           ("甜酱黄瓜", "什锦", "酱萝卜", "酱包瓜"), canteen=True),
    Family("fermented-tofu", "腐乳", "oil_seasoning", {"L": 7}, (_p("瓶", "340g/瓶", 340, 8, 18),), (16.0, 30.0), "jar",
           ("#b5322b", "#d96a4d", "#f3d9b5"), "glass jar", "red cubes in sauce", ("玫瑰", "红方", "香辣"), canteen=True),
    Family("dried-chilli", "朝天椒", "oil_seasoning", {"Y": 4}, (_p("袋", "500g/袋", 500, 15, 28),), (18.0, 34.0), "dry",
           ("#b71f1f", "#e0452f", "#5a7f2f"), "clear pouch", "small shiny dried red chillies", ("精选", "优选", "一级"), canteen=True),
    Family("chilli-sauce", "辣椒酱", "oil_seasoning", {"S": 2, "L": 1}, (_p("瓶", "280g/瓶", 280, 10, 22),), (16.0, 30.0), "jar",
           ("#c4261d", "#e8622b", "#f3d9b5"), "glass jar", "red sauce with seeds, a chilli leaning on the jar", ("原味", "蒜蓉"), canteen=True),
)

_POULTRY = (
    Family("smoked-chicken", "熏鸡", "poultry_eggs", {"D": 6}, (_p("只", "600g/只", 600, 48, 88),), (60.0, 95.0), "bird",
           ("#8a4a1f", "#b8732e", "#5a2d12"), "vacuum bag in a paper sleeve", "mahogany whole smoked chicken", ("古法", "精品", "礼装"), best=(1, 2)),
    Family("frozen-chicken", "冷冻鸡肉", "poultry_eggs", {"C": 6, "Y": 4}, (_p("袋", "1kg/袋", 1000, 16, 30),), (11.0, 19.0), "cut",
           ("#f3c9b5", "#e8a08c", "#cfe6f2"), "frosted pouch", "pink chicken pieces with frost", ("琵琶腿", "鸡胸", "翅中", "鸡块"),
           storage="frozen", canteen=True),
    Family("whole-chicken", "白条鸡", "poultry_eggs", {"Y": 9}, (_p("只", "1.2kg/只", 1200, 22, 38),), (14.0, 21.0), "bird",
           ("#f6dcc0", "#eab88f", "#d98f63"), "clear vacuum bag", "pale dressed chicken on a white tray", ("散养", "三黄", "优选"),
           storage="chilled", canteen=True),
    Family("prepared-chicken", "调理鸡肉", "poultry_eggs", {"Y": 11}, (_p("袋", "1kg/袋", 1000, 25, 42),), (17.0, 28.0), "cut",
           ("#d98a3d", "#f0b669", "#8f3a1d"), "printed pouch", "marinated orange-brown chicken pieces", ("奥尔良", "黑椒", "藤椒", "原味", "香酥"),
           storage="frozen", canteen=True),
    Family("eggs", "鲜鸡蛋", "poultry_eggs", {"C": 6, "Y": 3, "L": 2, "D": 2, "E": 2, "G": 2, "T": 2, "S": 2},
           (_p("板", "30枚/板", 1800, 22, 36),), (9.0, 12.5), "egg", ("#e7b48c", "#f5dfc9", "#8f8a7f"), "grey pulp tray",
           "thirty light brown eggs, one broken with an orange yolk", ("谷物", "散养", "优选"), canteen=True),
    Family("salted-duck-eggs", "咸鸭蛋", "poultry_eggs", {"Y": 7, "L": 2}, (_p("箱", "20枚/箱", 1400, 35, 58),), (18.0, 28.0), "egg",
           ("#cfe0dc", "#f08a1f", "#f7f3e6"), "gift carton", "bluish eggs, one halved with a red-orange yolk", ("流油", "精品", "礼装"),
           best=(5, 6), canteen=True),
)

_MEAT = (
    Family("turtle", "丁马甲鱼", "meat_fish", {"L": 4}, (_p("只", "约0.8kg/只", 800, 120, 200), _p("只", "约1kg/只", 1000, 150, 240),), (110.0, 190.0), "turtle",
           ("#5f6b3a", "#8a8f5a", "#e8d9a5"), "foam box", "olive soft-shelled turtle with a pointed snout", ("生态", "精品", "优选"),
           season=(7, 8, 9, 10, 11), storage="live", schools=False),
    Family("mutton", "大尾寒羊肉", "meat_fish", {"L": 6}, (_p("盒", "2.5kg/盒", 2500, 220, 320),), (66.0, 86.0), "cut",
           ("#b5413a", "#e8a39a", "#f7e6e0"), "gift box", "rolled red mutton slices with white fat", ("羊腿", "羊排", "羊肉卷"),
           season=(10, 11, 12, 1, 2), storage="frozen"),
    Family("donkey-meat", "熟驴肉", "meat_fish", {"E": 6, "T": 12}, (_p("袋", "250g/袋", 250, 44, 74),), (105.0, 160.0), "cut",
           ("#7a2f24", "#a5543f", "#d9b08f"), "vacuum bag", "dark red-brown sliced cooked meat", ("五香", "酱香", "原味")),
    Family("carp", "黄河鲤鱼", "meat_fish", {"E": 6}, (_p("条", "约1kg/条", 1000, 25, 40), _p("条", "约1.4kg/条", 1400, 34, 48),), (18.0, 26.0), "fish",
           ("#c99a3a", "#e8cf7a", "#b5412e"), "foam tray", "golden-scaled carp with red tail on ice", ("生态", "精品", "优选"),
           storage="chilled", canteen=True),
    Family("koi", "锦鲤", "meat_fish", {"T": 4}, (_p("条", "15–25cm/条", 0, 20, 300),), None, "fish",
           ("#f2552e", "#ffffff", "#2b2b2b"), "oxygen bag", "white koi with red and black patches seen from above", ("红白", "大正", "昭和", "丹顶"),
           season=(4, 5, 6, 7, 8, 9, 10), storage="live", schools=False, channels=frozenset({"expo", "live"}), food=False),
)

_DRIED = (
    Family("round-jujube", "圆铃大枣", "jujube_dried", {"C": 9},
           (_p("袋", "500g/袋", 500, 15, 35), _p("盒", "2.5kg/礼盒", 2500, 78, 148)), (14.0, 26.0), "dry",
           ("#8f1f24", "#b8433a", "#e6c79a"), "red pouch or gift box", "wrinkled dark red round jujubes", ("特级", "一级", "优选")),
    Family("smoked-jujube", "乌枣", "jujube_dried", {"C": 5}, (_p("袋", "500g/袋", 500, 18, 38),), (20.0, 36.0), "dry",
           ("#1f1a1c", "#4a2f35", "#8a5f5a"), "kraft pouch", "glossy black smoked jujubes with fine wrinkles", ("特级", "一级")),
    Family("jujube-honey", "枣花蜜", "jujube_dried", {"C": 4}, (_p("瓶", "500g/瓶", 500, 28, 58),), (30.0, 52.0), "jar",
           ("#b8691c", "#e6a53a", "#f6e0a3"), "glass jar with gold lid", "amber honey with a wooden dipper", ("原蜜", "精品")),
    Family("jujube-slices", "枣片", "jujube_dried", {"C": 4}, (_p("袋", "250g/袋", 250, 12, 26),), (32.0, 56.0), "dry",
           ("#a53a2e", "#d98a63", "#f0d9b5"), "clear pouch", "thin red-brown ring slices", ("原味", "香脆")),
    Family("dried-mulberry", "桑葚干", "jujube_dried", {"L": 4}, (_p("袋", "250g/袋", 250, 25, 52),), (60.0, 120.0), "dry",
           ("#2b1030", "#52234f", "#8a6a8f"), "clear pouch", "small black-purple dried berries", ("精选", "优选")),
    Family("mulberry-tea", "桑叶茶", "jujube_dried", {"L": 2}, (_p("罐", "250g/罐", 250, 36, 68),), (80.0, 150.0), "jar",
           ("#4a6b2f", "#8aa35a", "#e6e0c5"), "green tin", "curled dark green leaves and a cup of pale tea", ("头采", "优选")),
    Family("gualou-seeds", "栝蒌籽", "jujube_dried", {"T": 5}, (_p("袋", "250g/袋", 250, 22, 42),), (50.0, 95.0), "dry",
           ("#6b4a2f", "#a58a63", "#e6d3b0"), "printed pouch", "flat oval brown seeds, one cracked with a green kernel", ("原味", "奶香", "五香")),
    Family("walnut", "核桃", "jujube_dried", {"G": 6, "E": 2}, (_p("袋", "1kg/袋", 1000, 28, 52),), (18.0, 34.0), "dry",
           ("#b58a52", "#8a6233", "#e6cfa5"), "net bag", "furrowed tan walnuts, one opened", ("薄皮", "精品", "优选")),
)

_EJIAO = (
    Family("ejiao-cake", "阿胶糕", "ejiao_lingzhi", {"E": 9}, (_p("盒", "500g/盒", 500, 98, 268),), (150.0, 260.0), "cake",
           ("#3a1a14", "#6b3324", "#d9b45f"), "dark red gift box with gold", "dark glossy slabs with walnut and sesame", ("核桃芝麻", "红枣枸杞", "玫瑰"),
           best=(10, 11, 12, 1, 2)),
    Family("ejiao-instant", "即食阿胶", "ejiao_lingzhi", {"E": 5}, (_p("盒", "180g/盒", 180, 78, 168),), (260.0, 480.0), "cake",
           ("#2b1410", "#5a2a1d", "#c9a04a"), "flat gold box", "small dark amber sticks in sachets", ("原味", "红枣")),
    Family("ejiao-jujube", "阿胶枣", "ejiao_lingzhi", {"E": 4}, (_p("袋", "500g/袋", 500, 22, 42),), (26.0, 44.0), "dry",
           ("#5a1a18", "#8f322b", "#d9b08f"), "red pouch", "shiny dark pitted jujubes", ("无核", "精品")),
    Family("lingzhi-slices", "灵芝片", "ejiao_lingzhi", {"G": 14}, (_p("罐", "250g/罐", 250, 58, 138), _p("罐", "125g/罐", 125, 32, 72)), (120.0, 260.0), "dry",
           ("#7a3a1f", "#b8713a", "#f0dcb0"), "brown canister", "thin fan-shaped slices, brown rim and cream flesh", ("特级", "一级", "优选")),
)

_SNACKS = (
    Family("sesame-bread", "烧饼", "snacks", {"Y": 6}, (_p("袋", "400g/袋", 400, 12, 22),), (16.0, 28.0), "bread",
           ("#d9a04a", "#f0cf8f", "#8a5a24"), "paper bag", "round golden flatbreads covered with sesame", ("原味", "五香", "酥皮"), canteen=True),
    Family("walnut-crisp", "桃酥", "snacks", {"D": 3, "L": 1}, (_p("盒", "500g/盒", 500, 16, 30),), (22.0, 38.0), "bread",
           ("#e0a850", "#f3d08a", "#a56a24"), "paper box", "cracked round yellow biscuits with a walnut piece", ("原味", "椒盐")),
    Family("sesame-crisp", "麻片", "snacks", {"D": 1, "C": 2, "L": 1}, (_p("盒", "300g/盒", 300, 14, 28),), (32.0, 56.0), "cake",
           ("#e6d3a5", "#c9a85a", "#f7f0dc"), "paper box", "very thin crisp sheets full of sesame", ("白芝麻", "黑芝麻")),
    Family("pear-candy", "梨膏糖", "snacks", {"G": 2}, (_p("盒", "200g/盒", 200, 15, 28),), (50.0, 90.0), "cake",
           ("#b8761f", "#e0b052", "#f3e3a5"), "tin box", "amber square candies beside a pear", ("原味", "薄荷")),
    Family("peanut-brittle", "花生酥", "snacks", {"E": 2}, (_p("盒", "400g/盒", 400, 14, 26),), (26.0, 44.0), "cake",
           ("#d9a85a", "#b57a33", "#f3dfb5"), "paper box", "layered beige bars with peanut crumbs", ("原味", "香脆")),
)

_CRAFTS = (
    Family("carved-gourd", "东昌葫芦", "crafts", {"D": 4}, (_p("件", "15–30cm/件", 0, 30, 600),), None, "gourd",
           ("#b8742b", "#e0a85a", "#5a2d12"), "brocade box", "polished gourd with carved figures", ("雕刻", "彩绘", "烙画", "素面"), food=False),
    Family("wood-print", "木版年画", "crafts", {"D": 2}, (_p("件", "四开/件", 0, 36, 168),), None, "print",
           ("#c4261d", "#f2b134", "#2f5f8f"), "paper tube", "new-year woodblock print in red, yellow and blue", ("门神", "五谷丰登"), food=False),
    Family("cotton-towel", "棉毛巾", "crafts", {"L": 2}, (_p("套", "3条/套", 0, 39, 78),), None, "textile",
           ("#8fb8d9", "#f3f6f8", "#e88f8f"), "paper band", "folded towels in blue, white and pink", ("家用", "礼盒"), food=False),
    Family("cotton-quilt", "棉被", "crafts", {"L": 2}, (_p("套", "1.5m×2m/套", 0, 138, 260),), None, "textile",
           ("#f6efe0", "#d9c7a5", "#a53a3a"), "zipped bag", "thick white quilt folded, floral edge", ("春秋", "冬被"), food=False),
    Family("straw-weave", "草编篮", "crafts", {"Y": 2}, (_p("件", "中号/件", 0, 32, 96),), None, "woven",
           ("#d9b45f", "#a5843f", "#f3e6b5"), "paper tag", "round straw basket with handles", ("提篮", "收纳"), food=False),
)

FAMILIES: tuple[Family, ...] = (
    *_VEGETABLES, *_MUSHROOMS, *_FRUIT, *_GRAIN, *_OIL, *_POULTRY, *_MEAT, *_DRIED, *_EJIAO, *_SNACKS, *_CRAFTS,
)
BY_SLUG: dict[str, Family] = {f.slug: f for f in FAMILIES}
