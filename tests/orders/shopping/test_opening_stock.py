"""What lies in the stores when online selling begins: received once a product, taken out again only while nothing of it is gone."""

from __future__ import annotations

from services.events.orders import AvailabilityChanged
from services.kit.principal import Principal
from tests.orders.shopping.conftest import Shop
from tests.support.service import OPERATOR

HEAD = "产品编号,数量,单位\n"


def line(shop: Shop, index: int, quantity: int | str, unit: str = "箱") -> str:
    return f"{shop.market.products[index].product_no},{quantity},{unit}\n"


def test_goods_come_in_and_can_be_sold(shop: Shop, shopper: Principal) -> None:
    done = shop.orders.import_file("opening_stock", HEAD + line(shop, 0, 40) + line(shop, 1, 7))
    assert (done["state"], done["errors"]) == ("applied", [])
    assert (shop.stock(0), shop.stock(1)) == (("40", "0"), ("7", "0"))
    assert len(shop.orders.published(AvailabilityChanged)) == 2
    shop.bought(shopper, (shop.market.products[0].product_id, 3))
    assert shop.stock(0)[0] == "37"


def test_the_same_file_and_the_same_product_count_once(shop: Shop) -> None:
    content = HEAD + line(shop, 0, 40)
    assert shop.orders.import_file("opening_stock", content)["state"] == "applied"
    assert shop.orders.import_file("opening_stock", content)["state"] == "duplicate"
    again = shop.orders.import_file("opening_stock", HEAD + line(shop, 0, 50))
    assert [e["code"] for e in again["errors"]] == ["DUPLICATE_DOCUMENT"]
    assert shop.stock(0) == ("40", "0")


def test_every_bad_row_is_named_and_nothing_comes_in(shop: Shop) -> None:
    done = shop.orders.import_file(
        "opening_stock", HEAD + line(shop, 0, 40) + line(shop, 1, "1.5") + "P-UNKNOWN,3,箱\n" + line(shop, 1, 3, "袋") + line(shop, 1, 0))
    assert [(e["line"], e["code"]) for e in sorted(done["errors"], key=lambda e: e["line"])] == [
        (3, "INVALID_QUANTITY"), (4, "UNKNOWN"), (5, "REPEATED_LINE"), (6, "NOT_POSITIVE")]
    assert shop.stock(0) == ("0", "0")


def test_it_is_taken_out_whole_while_nothing_of_it_is_gone(shop: Shop, shopper: Principal) -> None:
    kept = shop.orders.import_file("opening_stock", HEAD + line(shop, 0, 40))
    gone = shop.orders.import_file("opening_stock", HEAD + line(shop, 1, 5))
    shop.bought(shopper, (shop.market.products[1].product_id, 1))
    for one in (kept, gone):
        shop.orders.post(f"/imports/{one['import_id']}/withdraw", OPERATOR, {}).ok()
    shop.orders.run_jobs()
    states = [shop.orders.get(f"/imports/{one['import_id']}", OPERATOR).ok() for one in (kept, gone)]
    assert [s["state"] for s in states] == ["withdrawn", "applied"]
    assert [e["code"] for e in states[1]["errors"]] == ["OUT_OF_STOCK"]
    assert (shop.stock(0), shop.stock(1)) == (("0", "0"), ("4", "0"))
