"""Chinese text for search: words, pinyin, initials. Traditional characters are searched as simplified ones.

`PHRASES` holds the words that pinyin libraries misread (东阿 is dong'e, not dong a); `rjieba` learns them, so that each stays one word.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

PHRASES = {
    "东阿": ("dōng", "ē"),
    "东阿县": ("dōng", "ē", "xiàn"),
    "阿胶": ("ē", "jiāo"),
    "驴阿胶": ("lǘ", "ē", "jiāo"),
    "莘县": ("shēn", "xiàn"),
    "茌平": ("chí", "píng"),
    "茌平区": ("chí", "píng", "qū"),
    "冠县": ("guān", "xiàn"),
    "栝蒌": ("guā", "lóu"),
    "栝楼": ("guā", "lóu"),
    "栝蒌籽": ("guā", "lóu", "zǐ"),
    "阳谷": ("yáng", "gǔ"),
    "高唐": ("gāo", "táng"),
    "临清": ("lín", "qīng"),
    "东昌府": ("dōng", "chāng", "fǔ"),
    "朝天椒": ("cháo", "tiān", "jiāo"),
    "重楼": ("chóng", "lóu"),
    "长把梨": ("cháng", "bà", "lí"),
    "石磨面": ("shí", "mò", "miàn"),
}
SINGLE = {"莘": "shen", "茌": "chi", "栝": "gua"}
# A word that claims a label is answered by the register of labels, never by what a name says of itself.
LABEL_WORDS = {
    "绿色食品": "green",
    "绿色": "green",
    "有机产品": "organic",
    "有机食品": "organic",
    "有机": "organic",
    "地理标志产品": "gi",
    "地理标志": "gi",
    "地标": "gi",
    "达标合格": "quality_tested",
}
# What people call it → what the directory calls it; both are searched.
SYNONYMS = {
    "西红柿": "番茄", "洋柿子": "番茄", "面粉": "小麦粉", "白面": "小麦粉", "红枣": "大枣",
    "马铃薯": "土豆", "洋芋": "土豆", "笨鸡蛋": "鸡蛋", "土鸡蛋": "鸡蛋", "圆白菜": "甘蓝",
    "包菜": "甘蓝", "地瓜": "红薯", "苞米": "玉米", "棒子面": "玉米面", "王八": "甲鱼",
    "芝麻油": "香油", "麻油": "香油", "瓜蒌": "栝蒌", "辣椒干": "朝天椒", "车厘子": "大樱桃",
}  # fmt: skip
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_RUNS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[a-z0-9]+(?:[.'’][a-z0-9]+)*")
MAX_SPAN = 8
MAX_QUERY = 100


@cache
def _cutter() -> Any:
    """The dictionaries take 34 MB here and 58 MB below: each is read when it is first needed, not at start."""
    import rjieba

    for word in PHRASES:
        rjieba.add_word(word, 100_000, "nz")
    return rjieba


@cache
def _reader() -> Any:
    import pypinyin

    pypinyin.load_phrases_dict({word: [[s] for s in syllables] for word, syllables in PHRASES.items()})
    return pypinyin


@cache
def _simplifier() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


@dataclass(frozen=True)
class Terms:
    """A query taken apart: runs of Han characters and of Latin letters, in order."""

    han: tuple[str, ...]
    latin: tuple[str, ...]

    @property
    def empty(self) -> bool:
        return not self.han and not self.latin


def normalise(text: str) -> str:
    """Full-width to half, lower case, traditional to simplified, one space between."""
    flat = unicodedata.normalize("NFKC", text).lower().replace("\0", " ")
    return " ".join(_simplifier().convert(flat).split())


def parse(query: str) -> Terms:
    runs = _RUNS.findall(normalise(query)[:MAX_QUERY])
    return Terms(tuple(r for r in runs if HAN.match(r)), tuple(re.sub(r"[.'’]", "", r) for r in runs if not HAN.match(r)))


def claimed_label(query: str) -> tuple[str | None, str]:
    """The label that the words ask for, and the other words: 有机小米 → organic, 小米."""
    plain = normalise(query)
    for word, label in LABEL_WORDS.items():
        if word in plain:
            return label, " ".join(plain.replace(word, " ").split())
    return None, query


def runs(text: str) -> list[str]:
    """The unbroken pieces of a text, as `parse` would see them."""
    return [r if HAN.match(r) else re.sub(r"['’]", "", r) for r in _RUNS.findall(normalise(text))]


@lru_cache(maxsize=20_000)
def words(run: str) -> tuple[str, ...]:
    """``run`` cut into words, without overlap."""
    return tuple(w for w in _cutter().cut(run) if w.strip())


def inner_words(run: str) -> set[str]:
    """Also the shorter words within long ones."""
    return {w for w in _cutter().cut_for_search(run) if w.strip()} | set(words(run))


@lru_cache(maxsize=20_000)
def syllables(run: str) -> tuple[str, ...]:
    """One pinyin syllable a character, read in its word; letters and digits stay."""
    read = _reader()
    found: list[str] = []
    for word in _reading_words(run):
        found += [SINGLE[word]] if word in SINGLE else read.lazy_pinyin(word, style=read.Style.NORMAL, v_to_u=False)
    return tuple(s.replace("ü", "v") for s in found)


def _reading_words(run: str) -> list[str]:
    """The words of ``run``, the phrases of the dictionary put together where the cutter parted them."""
    found: list[str] = []
    rest = run
    while rest:
        phrase = next((p for p in _PHRASES_LONGEST_FIRST if rest.startswith(p)), None)
        if phrase is None:
            starts = [rest.find(p) for p in _PHRASES_LONGEST_FIRST if p in rest]
            piece = rest[: min(starts)] if starts else rest
            found += words(piece)
            rest = rest[len(piece) :]
        else:
            found.append(phrase)
            rest = rest[len(phrase) :]
    return found


_PHRASES_LONGEST_FIRST = sorted(PHRASES, key=len, reverse=True)


def pinyin(run: str) -> str:
    return "".join(syllables(run))


def initials(run: str) -> str:
    return "".join(s[0] for s in syllables(run) if s)


def spans(run: str) -> tuple[set[str], set[str]]:
    """Pinyin and initials of every stretch of ``run`` up to eight characters: whichever part is typed is found."""
    sounds = syllables(run)
    full: set[str] = set()
    first: set[str] = set()
    for start in range(len(sounds)):
        for end in range(start + 1, min(len(sounds), start + MAX_SPAN) + 1):
            full.add("".join(sounds[start:end]))
            if end - start > 1:
                first.add("".join(s[0] for s in sounds[start:end]))
    return full, first


def pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]
