"""Clients that others wrote walk the shopper's path: guest, shelf, card, order, test card, paid."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from gql import Client, GraphQLRequest
from gql.transport.requests import RequestsHTTPTransport
from graphql import parse, print_ast
from graphql.utilities import separate_operations

from tests.clients import node
from tests.journeys.client import new_key, wait_for
from tests.journeys.world import Product, World, recipient

pytestmark = pytest.mark.system
PATH = Path(__file__).parent / "shopper.graphql"


@pytest.fixture(scope="module")
def product(world: World) -> Product:
    return world.product(world.merchant())


def given(world: World, product: Product) -> dict[str, Any]:
    return {
        "url": world.url,
        "merchant": product.merchant.id,
        "recipient": recipient(),
        "returnUrl": f"{world.system.public_url}/paid",
    }


def expected(product: Product) -> dict[str, Any]:
    return {"shelf": [product.id], "product": product.name, "amount": "25.00", "payment": "paid", "order": "paid", "same": True}


def test_urql(world: World, product: Product) -> None:
    assert node.run("urql.mjs", given(world, product)) == expected(product)


def test_apollo_client_with_persisted_queries(world: World, product: Product) -> None:
    """Its link names documents by hash, by GET where it can; the text goes over once, when the server does not know the hash."""
    first = node.run("apollo.mjs", given(world, product))
    sent = first.pop("sent")
    assert first == expected(product)
    assert all(s["method"] == "POST" for s in sent if s["operation"] in ("StartGuest", "Place", "Pay"))
    again = node.run("apollo.mjs", given(world, product))
    texts = [s["operation"] for s in again.pop("sent") if s["text"]]
    assert again == expected(product)
    assert texts == []  # all of them are known by now


def test_gql(world: World, product: Product) -> None:
    operations = {name: GraphQLRequest(print_ast(d)) for name, d in separate_operations(parse(PATH.read_text())).items()}
    told = given(world, product)

    def ask(name: str, variables: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
        request = GraphQLRequest(operations[name].document, variable_values=variables)
        with Client(transport=RequestsHTTPTransport(world.url, headers=headers, timeout=30), parse_results=True) as session:
            return dict(session.execute(request))

    guest = {"X-Bangfu-Guest": ask("StartGuest")["startGuest"]["guestToken"]}
    shelf = ask("Shelf", {"merchant": told["merchant"]}, **guest)["products"]["nodes"]
    card = ask("Card", {"id": shelf[0]["id"]}, **guest)["product"]
    line = {"productId": card["id"], "quantity": "2", "offerVersion": card["offerVersion"]}
    place = {"input": {"lines": [line], "recipient": told["recipient"], "idempotencyKey": new_key()}}
    first, again = (ask("Place", place, **guest)["placeOrder"]["checkout"] for _ in range(2))
    pay = {"input": {"id": first["paymentId"], "paymentMethod": "pm_card_visa", "returnUrl": told["returnUrl"]}}
    assert ask("Pay", pay, **guest)["startPayment"]["userErrors"] == []
    payment = wait_for(
        lambda: (p := ask("Paid", {"id": first["paymentId"]}, **guest)["payment"])["state"] == "paid" and p, what="payment paid"
    )
    order = ask("Bought", {"id": first["orders"][0]["id"]}, **guest)["order"]
    assert expected(product) == {
        "shelf": [n["id"] for n in shelf],
        "product": card["name"],
        "amount": first["amount"]["amount"],
        "payment": payment["state"],
        "order": order["state"],
        "same": first["orders"][0]["id"] == again["orders"][0]["id"],
    }
