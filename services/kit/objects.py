"""The object store behind four verbs. Metadata stands in our databases: the embedded store forgets its own."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.error import InvalidResponseError, S3Error

from services.kit.errors import NotFound


class ObjectStore:
    """``url`` is ``http(s)://KEY:SECRET@host:port/bucket``."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.bucket = parts.path.strip("/")
        self._client = Minio(
            endpoint=f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}",
            access_key=parts.username, secret_key=parts.password, secure=parts.scheme == "https", region="us-east-1",
            http_client=urllib3.PoolManager(maxsize=8, timeout=urllib3.Timeout(connect=3, read=30),
                                            retries=urllib3.Retry(total=3, backoff_factor=0.2)),
        )

    def ensure_bucket(self) -> None:
        if not self._client.bucket_exists(bucket_name=self.bucket):
            self._client.make_bucket(bucket_name=self.bucket)

    def put(self, key: str, data: bytes | BinaryIO, content_type: str, length: int = -1) -> None:
        stream: BinaryIO
        if isinstance(data, bytes):
            stream, length = io.BytesIO(data), len(data)
        else:
            stream = data
        self._client.put_object(bucket_name=self.bucket, object_name=key, data=stream, length=length,
                                content_type=content_type, part_size=16 * 1024 * 1024 if length < 0 else 0)

    def read(self, key: str) -> bytes:
        return b"".join(self.stream(key))

    def stream(self, key: str, chunk: int = 256 * 1024) -> Iterator[bytes]:
        """Raises NotFound at the first byte."""
        try:
            answer = self._client.get_object(bucket_name=self.bucket, object_name=key)
        except (S3Error, InvalidResponseError) as error:
            raise self._mapped(error, key) from error
        try:
            yield from answer.stream(chunk)
        finally:
            answer.close()
            answer.release_conn()

    def size(self, key: str) -> int:
        try:
            return int(self._client.stat_object(bucket_name=self.bucket, object_name=key).size or 0)
        except (S3Error, InvalidResponseError) as error:
            raise self._mapped(error, key) from error

    def keys(self, prefix: str) -> Iterator[str]:
        """Every key that starts so."""
        for found in self._client.list_objects(bucket_name=self.bucket, prefix=prefix, recursive=True):
            if found.object_name:
                yield found.object_name

    def remove(self, key: str) -> None:
        self._client.remove_object(bucket_name=self.bucket, object_name=key)

    @staticmethod
    def _mapped(error: S3Error | InvalidResponseError, key: str) -> Exception:
        """The embedded store answers errors as text/xml, which the client takes for no answer of S3 at all."""
        missing = ("NoSuchKey", "NoSuchBucket", "NoSuchObject")
        code = error.code if isinstance(error, S3Error) else next((m for m in missing if m in str(error)), None)
        return NotFound("object", key=key) if code in missing else error
