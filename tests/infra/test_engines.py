"""The engines that every other test stands on."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
from minio import Minio


@pytest.mark.parametrize("round_", [1, 2])
def test_a_database_is_fresh_and_its_role_owns_it(make_database: Callable[[str], str], round_: int) -> None:
    with psycopg.connect(make_database("catalog")) as conn:
        conn.execute("CREATE TABLE t (x int)")
        assert conn.execute("SELECT count(*) FROM t").fetchone() == (0,)


def test_a_role_may_not_open_another_services_database(make_database: Callable[[str], str]) -> None:
    catalog, orders = make_database("catalog"), make_database("orders")
    crossed = catalog.rsplit("/", 1)[0] + "/" + orders.rsplit("/", 1)[1]
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(crossed)


@pytest.mark.parametrize("round_", [1, 2])
def test_a_redis_database_starts_empty(redis_url: str, round_: int) -> None:
    client = redis.Redis.from_url(redis_url)
    assert client.dbsize() == 0
    client.xadd("stream:catalog:live", {"a": "b"}, id="1-0")
    assert client.dbsize() == 1


def test_objects_are_stored_and_found_again(s3_url: str) -> None:
    parts = urlsplit(s3_url)
    client = Minio(f"{parts.hostname}:{parts.port}", access_key=parts.username, secret_key=parts.password, secure=False)
    import io

    client.put_object(parts.path[1:], "a/b.txt", io.BytesIO(b"hello"), 5)
    assert client.get_object(parts.path[1:], "a/b.txt").read() == b"hello"
