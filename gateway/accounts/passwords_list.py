"""Makes ``data/common_passwords.txt.gz``: ``python -m gateway.accounts.passwords_list``. A test compares it with the file.

Two parts: the 30,000 passwords of zxcvbn (MIT; taken from published leaks, ordered by frequency), and what Chinese leaks show again and
again and that list lacks: surnames, letters, keys and words with the usual numbers behind them (520, 1314, 888, 123456 …).
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from itertools import product
from pathlib import Path

FILE = Path(__file__).parent / "data" / "common_passwords.txt.gz"

SURNAMES = (
    "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie song tang deng feng han cao zeng "
    "peng xiao cai pan tian dong yuan yu jiang du ye cheng wei su lu ding ren shen yao lv fu zhong cui tan liao fan wen shi jia xia qiu "
    "fang hou zou xiong meng qin bai jin yan xue lei long tao mao hao gu gong shao wan qian dai yin mo kong xiang chang"
)
GIVEN = (
    "wei fang na min jing li qiang lei jun yang yong yan jie tao juan ming chao xia ping gang hui ying hong yu xin peng bo bin hao kai "
    "jian hua lin ting dan xue mei lan yun xiaoming xiaohong xiaoli jianguo jianhua guoqiang zhiqiang haiyan haitao wenjie yifan"
)
NUMBERS = (
    "1 12 123 1234 12345 123456 1234567 12345678 123456789 1234567890 123123 321 111 111111 000 000000 520 521 5201314 1314 1314520 "
    "5211314 888 8888 888888 666 6666 666666 168 999 147258 147258369 159357 159753 789456 987654 654321 112233 "
    "2000 2008 2018 2019 2020 2021 2022 2023 2024 2025 2026"
)
PHRASES = (
    "woaini woaiwojia woaizhongguo woaibaba woaimama woshishui nihao nihaoma aini ainiyiwannian woxiangni woyongyuanaini "
    "iloveyou forever haha hehe xiaoming xiaohong baobao laopo laogong baobei meinv shuaige zhongguo china beijing shanghai shandong "
    "liaocheng jinan qingdao guangzhou shenzhen admin administrator root test guest user system manager caiwu kuaiji shichang renshi "
    "bangfu fupin xiangcun nongchanpin nongye shitang zhengfu password passwd pass mima qwe asd zxc qaz wsx qwer asdf zxcv qwert asdfg "
    "qwerty asdfgh zxcvbn qwertyuiop asdfghjkl zxcvbnm qazwsx qazwsxedc abc abcd abcde abcdef aaa qqq www zzz aaaaaa qqqqqq"
)
WHOLE = (
    "5201314 1314520 5211314 7758521 7758258 584520 584521 520520 521521 1314521 5845201314 147258 147258369 159357 159753 "
    "789456123 741852963 963852741 1qaz2wsx 2wsx3edc 1qaz2wsx3edc 1q2w3e4r 1q2w3e4r5t q1w2e3r4 q1w2e3r4t5 zaq12wsx !qaz2wsx 1qazxsw2 "
    "qwe123!@# abc123!@# admin@123 admin123!@# root@123 test@123 a123456! p@ssw0rd p@ssword passw0rd qwer!@#$ asdf1234 1234qwer "
    "1234asdf 123qweasd 123qweasdzxc qweasdzxc qweasd123 zxc123456 asd123456 qwe123456 abc123456 aa123456 aa123456789 qq123456 "
    "qq123456789 ab123456 as123456 zx123456 wo123456 woaini1314 woaini520 woaini521 woaini123 woaini5201314"
)


def chinese() -> Iterator[str]:
    yield from WHOLE.split()
    surnames = SURNAMES.split()
    letters = [chr(c) for c in range(ord("a"), ord("z") + 1)]
    for word, number in product((*letters, *(2 * one for one in letters), *PHRASES.split(), *surnames), NUMBERS.split()):
        yield word + number
        yield number + word
    yield from (a + b for a, b in product(surnames, GIVEN.split()))
    yield from PHRASES.split()


def words() -> list[str]:
    """Lower case, at least 4 characters, each once, in the order of the sources."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return list(dict.fromkeys(w.lower() for w in (*FREQUENCY_LISTS["passwords"], *chinese()) if len(w) >= 4))


def content() -> bytes:
    return "\n".join(words()).encode()


if __name__ == "__main__":
    FILE.write_bytes(gzip.compress(content(), 9, mtime=0))
    print(f"{FILE.name}: {len(words())} passwords")
