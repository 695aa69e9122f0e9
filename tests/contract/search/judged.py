"""A small directory and what people type into it: each query with the products that must come, the first of them first."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Good:
    name: str
    category: str
    family: str
    county: str
    description: str = "产地直供"


GOODS = (
    Good("东禾 阿胶糕 核桃芝麻", "ejiao_lingzhi", "ejiao-cake", "371524"),
    Good("东禾 即食阿胶 原味", "ejiao_lingzhi", "ejiao-instant", "371524"),
    Good("禾安 莘县香瓜 精品", "fruit", "xin-melon", "371522"),
    Good("禾安 莘县西瓜 精品", "fruit", "watermelon", "371522"),
    Good("田禾 圆铃大枣 特级", "jujube_dried", "round-jujube", "371503"),
    Good("田禾 乌枣 一级", "jujube_dried", "smoked-jujube", "371503"),
    Good("沃野 鸭梨 精品", "fruit", "yali-pear", "371525"),
    Good("沃野 灵芝片 特级", "ejiao_lingzhi", "lingzhi-slices", "371525"),
    Good("沃野 苹果 一级", "fruit", "apple", "371525"),
    Good("晨露 红富士苹果 优选", "fruit", "apple", "371525"),
    Good("晨露 苹果醋 原味", "oil_seasoning", "apple-vinegar", "371525"),
    Good("清垄 栝蒌籽 五香", "jujube_dried", "gualou-seeds", "371526"),
    Good("清垄 挂面 2kg", "grain", "noodles", "371526"),
    Good("润泽 双孢菇 一级", "mushrooms", "button-mushroom", "371522"),
    Good("润泽 香菇干 精品", "mushrooms", "shiitake-dried", "371522"),
    Good("东禾 东阿小麦粉 精品", "grain", "donge-flour", "371524"),
    Good("启明 许营西瓜 精品", "fruit", "watermelon", "371502"),
    Good("启明 手机壳 葫芦雕刻", "crafts", "gourd-case", "371502"),
    Good("景行 小磨香油 石磨", "oil_seasoning", "sesame-oil", "371521"),
    Good("景行 灶糖 原味", "snacks", "zao-candy", "371521"),
    Good("景行 朝天椒 特级", "vegetables", "dried-chilli", "371521"),
)

# What is typed → (must be first, or None where any of the expected may be; all that must be on the first page).
JUDGED: dict[str, tuple[str | None, set[str]]] = {
    "苹果": ("沃野 苹果 一级", {"沃野 苹果 一级", "晨露 红富士苹果 优选", "晨露 苹果醋 原味"}),
    "红富士": ("晨露 红富士苹果 优选", {"晨露 红富士苹果 优选"}),
    "西瓜": (None, {"禾安 莘县西瓜 精品", "启明 许营西瓜 精品"}),
    "枣": (None, {"田禾 圆铃大枣 特级", "田禾 乌枣 一级"}),
    "阿胶": (None, {"东禾 阿胶糕 核桃芝麻", "东禾 即食阿胶 原味"}),
    "阿膠糕": ("东禾 阿胶糕 核桃芝麻", {"东禾 阿胶糕 核桃芝麻"}),
    "東阿": (None, {"东禾 东阿小麦粉 精品"}),
    "蘋果": (None, {"沃野 苹果 一级"}),
    "ejiao": (None, {"东禾 阿胶糕 核桃芝麻", "东禾 即食阿胶 原味"}),
    "dong'e": (None, {"东禾 东阿小麦粉 精品", "东禾 阿胶糕 核桃芝麻"}),
    "donge": (None, {"东禾 东阿小麦粉 精品"}),
    "shenxian": (None, {"禾安 莘县香瓜 精品", "禾安 莘县西瓜 精品", "润泽 双孢菇 一级"}),
    "chiping": (None, {"田禾 圆铃大枣 特级", "田禾 乌枣 一级"}),
    "guanxian": (None, {"沃野 鸭梨 精品", "沃野 灵芝片 特级"}),
    "gualou": ("清垄 栝蒌籽 五香", {"清垄 栝蒌籽 五香"}),
    "gua lou": ("清垄 栝蒌籽 五香", {"清垄 栝蒌籽 五香"}),
    "gualouzi": ("清垄 栝蒌籽 五香", {"清垄 栝蒌籽 五香"}),
    "shenxianxianggua": ("禾安 莘县香瓜 精品", {"禾安 莘县香瓜 精品"}),
    "yali": (None, {"沃野 鸭梨 精品"}),
    "sbg": ("润泽 双孢菇 一级", {"润泽 双孢菇 一级"}),
    "双孢": ("润泽 双孢菇 一级", {"润泽 双孢菇 一级"}),
    "莘县 瓜": (None, {"禾安 莘县香瓜 精品", "禾安 莘县西瓜 精品"}),
    "ＰＩＮＧＧＵＯ": (None, {"沃野 苹果 一级", "晨露 红富士苹果 优选"}),
    "茌平": (None, {"田禾 圆铃大枣 特级", "田禾 乌枣 一级"}),
    "面粉": (None, {"东禾 东阿小麦粉 精品"}),
    "芝麻油": (None, {"景行 小磨香油 石磨"}),
    "禾安": (None, {"禾安 莘县香瓜 精品", "禾安 莘县西瓜 精品"}),
}
# Mistakes of typing: homophones, a wrong letter, a wrong character.
MISTYPED: dict[str, str] = {
    "平果": "沃野 苹果 一级",
    "平果手几壳": "启明 手机壳 葫芦雕刻",
    "申县香瓜": "禾安 莘县香瓜 精品",
    "瓜篓籽": "清垄 栝蒌籽 五香",
    "圆林大枣": "田禾 圆铃大枣 特级",
    "双包菇": "润泽 双孢菇 一级",
    "lingzhipain": "沃野 灵芝片 特级",
    "鹅胶糕": "东禾 阿胶糕 核桃芝麻",
}
