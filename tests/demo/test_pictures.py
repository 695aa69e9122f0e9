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


def small(slug: str, variant: int) -> bytes:
    """The picture at a glance; checks what every picture is."""
    picture = Image.open(io.BytesIO(draw(slug, variant, size=96)))
    assert (picture.format, picture.size, picture.mode) == ("WEBP", (96, 96), "RGB")
    assert ImageStat.Stat(picture.convert("L")).stddev[0] > 12, f"an empty table: {slug}"
    return picture.resize((16, 16)).tobytes()


def test_each_family_is_drawn_and_looks_like_no_other() -> None:
    assert len({small(slug, variant) for slug in SLUGS for variant in (0, 1)}) == 2 * len(SLUGS)


@pytest.mark.parametrize("slug", ["watermelon", "eggs", "cherry", "donkey-meat", "ejiao-cake", "noodles", "wheat-flour", "lingzhi-slices"])
def test_every_variant_of_a_family_looks_different(slug: str) -> None:
    assert len({small(slug, variant) for variant in range(VARIANTS)}) == VARIANTS


def test_the_same_picture_has_the_same_bytes() -> None:
    for slug, variant in (("watermelon", 0), ("eggs", 2), ("round-jujube", 7)):
        assert draw(slug, variant, size=200) == draw(slug, variant, size=200)


def test_an_unknown_family_has_no_picture() -> None:
    with pytest.raises(KeyError):
        draw("moon-rock", 0)


def test_a_picture_has_the_size_of_a_shop_s_photo_and_takes_a_third_of_a_second_of_work() -> None:
    chosen = ("watermelon", "eggs", "peanut-oil", "round-jujube", "carved-gourd", "noodles", "koi", "cotton-towel")
    started = time.process_time()
    sizes = [len(draw(slug, 0)) for slug in chosen]
    assert time.process_time() - started < 0.4 * len(chosen), "150 pictures are to be drawn in a minute by one core"
    assert all(5_000 < size < 120_000 for size in sizes)
