"""The drawn pictures: one for every family, the same every time, different from each other, and quick."""

from __future__ import annotations

import io
import time

import pytest
from PIL import Image, ImageStat

from infra.demo.city.families import FAMILIES
from infra.demo.pictures import VARIANTS, draw, families

SLUGS = [family.slug for family in FAMILIES]


def test_every_family_of_goods_has_a_drawing_and_no_drawing_is_left_over() -> None:
    assert set(families()) == set(SLUGS)


@pytest.mark.parametrize("slug", SLUGS)
def test_each_variant_is_drawn_and_looks_different_from_the_others(slug: str) -> None:
    small = {}
    for variant in range(VARIANTS):
        picture = Image.open(io.BytesIO(draw(slug, variant, size=160)))
        assert (picture.format, picture.size, picture.mode) == ("WEBP", (160, 160), "RGB")
        deviation = ImageStat.Stat(picture.convert("L")).stddev[0]
        assert deviation > 12, "an empty table"
        small[variant] = picture.resize((16, 16)).tobytes()
    assert len(set(small.values())) == VARIANTS


def test_the_same_picture_has_the_same_bytes() -> None:
    for slug, variant in (("watermelon", 0), ("eggs", 2), ("round-jujube", 7)):
        assert draw(slug, variant, size=200) == draw(slug, variant, size=200)


def test_two_families_never_share_a_picture() -> None:
    assert len({draw(slug, 0, size=64) for slug in SLUGS}) == len(SLUGS)


def test_an_unknown_family_has_no_picture() -> None:
    with pytest.raises(KeyError):
        draw("moon-rock", 0)


def test_a_picture_has_the_size_of_a_shop_s_photo_and_takes_a_third_of_a_second_of_work() -> None:
    chosen = ("watermelon", "eggs", "peanut-oil", "round-jujube", "carved-gourd", "noodles", "koi", "cotton-towel")
    started = time.process_time()
    sizes = [len(draw(slug, 0)) for slug in chosen]
    assert time.process_time() - started < 0.4 * len(chosen), "150 pictures are to be drawn in a minute by one core"
    assert all(5_000 < size < 120_000 for size in sizes)
