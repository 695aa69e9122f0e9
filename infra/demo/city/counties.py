"""The eight counties of the demo city: the numbers of each, as the table of `demo-city.md` has them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class County:
    code: str
    letter: str
    name: str
    short: str
    products: int
    labelled: int
    merchants: int
    persons: int
    hospitals: int
    schools: int
    enterprises: int
    supermarkets: int
    wholesale: int
    other_counters: int
    stores: int
    external_share: int
    large: int
    medium: int
    townships: tuple[str, ...]

    @property
    def counters(self) -> int:
        return self.supermarkets + self.wholesale + self.other_counters


COUNTIES: tuple[County, ...] = (
    County("371502", "D", "东昌府区", "东昌府", 68, 14, 26, 7600, 8, 9, 8, 26, 6, 8, 30, 8, 1, 3,
           ("许营镇", "堂邑镇", "沙镇镇", "侯营镇")),
    County("371503", "C", "茌平区", "茌平", 62, 15, 24, 6100, 3, 3, 6, 8, 4, 2, 3, 12, 1, 8,
           ("肖家庄镇", "博平镇", "乐平铺镇", "冯官屯镇")),
    County("371581", "L", "临清市", "临清", 58, 9, 22, 7400, 4, 4, 5, 8, 4, 2, 3, 6, 0, 5,
           ("康庄镇", "烟店镇", "金郝庄镇", "八岔路镇")),
    County("371524", "E", "东阿县", "东阿", 61, 10, 22, 4800, 3, 3, 3, 6, 2, 2, 2, 15, 2, 8,
           ("刘集镇", "鱼山镇", "高集镇", "牛角店镇")),
    County("371521", "Y", "阳谷县", "阳谷", 70, 12, 27, 9700, 4, 4, 5, 8, 3, 2, 2, 24, 4, 9,
           ("寿张镇", "阿城镇", "安乐镇", "张秋镇")),
    County("371522", "S", "莘县", "莘县", 86, 24, 35, 14200, 4, 4, 4, 9, 4, 2, 2, 20, 3, 7,
           ("河店镇", "燕店镇", "董杜庄镇", "朝城镇")),
    County("371525", "G", "冠县", "冠县", 66, 16, 25, 12300, 3, 3, 3, 7, 3, 1, 2, 11, 1, 6,
           ("兰沃乡", "清水镇", "柳林镇", "店子镇")),
    County("371526", "T", "高唐县", "高唐", 48, 9, 19, 5600, 3, 3, 3, 6, 4, 1, 2, 4, 0, 2,
           ("梁村镇", "尹集镇", "清平镇", "固河镇")),
)  # fmt: skip

BY_CODE = {c.code: c for c in COUNTIES}

PREFIXES = (
    "禾安", "润泽", "景行", "启明", "同心", "瑞和", "青禾", "百川", "承运", "鲁禾", "禾穗", "田禾", "沃野", "春晖", "晨露", "嘉穗",
    "原上", "溪田", "沐禾", "知田", "泽田", "和畦", "长垄", "稷安", "望禾", "丰畦", "明畦", "归田", "清垄", "安垄", "云畴", "绿畴",
    "新畴", "远畴", "平畴", "野望", "朝耕", "暮归", "秋实", "麦浪",
)  # fmt: skip

COMMUNITIES = (
    "柳园", "湖畔", "运河里", "东关", "西苑", "南湖", "北城", "光岳里", "荷香", "桂园", "梧桐里", "银杏里", "春秋里", "和平里",
    "阳光", "翠湖",
    "望岳", "水岸", "花园", "锦绣", "文轩", "书香", "明德", "康宁", "安泰", "福苑", "紫薇", "海棠", "石榴园", "杏林", "枣园", "梨园",
    "葵园", "麦香", "青年里", "幸福里", "团结里", "友谊里", "建设里", "新华里", "振兴里", "丰收里", "向阳", "长乐", "永安", "景和",
)  # fmt: skip
