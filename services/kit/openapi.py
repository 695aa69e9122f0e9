"""Our OpenAPI document says what a refusal looks like: the library's own says a list, which nobody of us ever sends."""

from __future__ import annotations

from flask_openapi3 import OpenAPI  # type: ignore[attr-defined]
from pydantic import BaseModel, Field


class Problem(BaseModel):
    """One mistake of an input."""

    code: str = Field(description="Stable")
    kind: str = Field(description="Decides the status: invalid, unauthenticated, forbidden, absent, conflict, too_large or unavailable")
    field: str | None = Field(None, description="Path of the input field")
    message: str = Field(description="In the language of Accept-Language: zh-CN or English")
    facts: dict[str, str] = Field({}, description="The numbers and words of the message")


class Refusal(BaseModel):
    """Why a request was refused. ``errors``: each mistake, where there are several."""

    code: str = Field(description="Stable")
    kind: str | None = Field(None, description="As of a Problem; absent where HTTP itself refuses (405, 413, 415)")
    field: str | None = Field(None, description="Path of the input field")
    message: str = Field(description="In the language of Accept-Language: zh-CN or English")
    facts: dict[str, str] = Field({}, description="The numbers and words of the message")
    errors: list[Problem] = Field([], description="Each mistake of an input that has several")
    requestId: str | None = Field(None, description="To find a failure of ours in the logs by")


class Api(OpenAPI):
    def generate_spec_json(self) -> None:
        super().generate_spec_json()  # type: ignore[no-untyped-call]
        refusal = {"application/json": {"schema": {"$ref": f"#/components/schemas/{Refusal.__name__}"}}}
        for path in self.spec_json["paths"].values():
            for operation in path.values():
                operation["responses"]["422"] = {"description": "The input is refused", "content": refusal}
                operation["responses"]["4XX"] = {"description": "Refused", "content": refusal}
                operation["responses"]["5XX"] = {"description": "Not now, or a failure of ours", "content": refusal}
