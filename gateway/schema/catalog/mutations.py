"""What merchants ask for and officers decide."""

from __future__ import annotations

from typing import Any

import graphene

from gateway.schema.catalog.types import (
    Application,
    IssuedCertificate,
    Label,
    LabelCertificate,
    Mechanism,
    Product,
    UploadedImage,
    Withdrawal,
)
from gateway.schema.inputs import amount, choice, day, flag, number, numbers, ref, refs, text, texts
from gateway.schema.intentions import intention, send
from gateway.schema.system.mutations import stored_upload


class Verdict(graphene.Enum):
    PASS = "pass"  # noqa: S105 – a verdict
    RETURN = "return"
    REJECT = "reject"


def _upload_image(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    upload = stored_upload(context, body["upload_id"])
    return context.clients.catalog.call("POST", "/media/images", {"object_key": upload["object_key"]}, context.principal)


def _certify(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    return context.clients.catalog.call("POST", "/certifications", body, context.principal)["items"]


def _renew(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    return context.clients.catalog.call("POST", "/renewals", body, context.principal)["items"]


_PRODUCT = {
    "name": text(),
    "category": text("Slug of `categories`"),
    "family": text(),
    "county_code": text("County of origin"),
    "unit": text("kg, 箱, 袋 …"),
    "pack": text("As printed, e.g. 2.5 kg 箱"),
    "net_weight_g": number(required=False),
    "price": amount("price_fen"),
    "bulk_price_per_kg": amount("bulk_price_fen_per_kg", required=False),
    "is_food": flag(required=True),
    "season_months": numbers(required=False),
    "storage": text(required=False),
    "description": text(),
}
_DECISION = {"reason": text(), "document_no": text(required=False)}
_ISSUED = graphene.List(graphene.NonNull(IssuedCertificate))


def _decision(name: str, kind: str, verb: str, words: str) -> Any:
    path = f"/{kind.lower()}s/{{}}/{verb}"
    return intention(
        name, words, {"id": ref(kind, key="subject_id"), **_DECISION}, ("withdrawal", Withdrawal), send("catalog", path, "subject_id")
    )


MUTATIONS = {
    "apply_merchant": intention(
        "applyMerchant",
        "Apply for certification of a merchant; the applicant becomes its member",
        {
            "credit_code": text("Unified social credit code"),
            "name": text(),
            "kind": text(),
            "county_code": text(),
            "township": text(required=False),
            "founded_on": day(required=False),
            "contact_name": text(),
            "contact_phone": text(),
        },
        ("application", Application),
        send("catalog", "/merchants/apply"),
    ),
    "apply_product": intention(
        "applyProduct",
        "Apply for certification of a product",
        {
            "merchant_id": ref("Merchant", key="merchant_id"),
            "product_id": ref("Product", key="product_id", required=False),
            **_PRODUCT,
            "image_keys": texts(required=False),
        },
        ("application", Application),
        send("catalog", "/products/apply"),
    ),
    "resubmit_application": intention(
        "resubmitApplication",
        "After a return: hand in again",
        {"id": ref("Application", key="application_id"), "note": text(required=False)},
        ("application", Application),
        send("catalog", "/applications/{}/resubmit", "application_id"),
    ),
    "review_application": intention(
        "reviewApplication",
        "Decide one duty of an application",
        {"id": ref("Application", key="application_id"), "duty": text(), "verdict": choice(Verdict), "reason": text(required=False)},
        ("application", Application),
        send("catalog", "/applications/{}/reviews", "application_id"),
    ),
    "certify": intention(
        "certify",
        "Certify applications whose path is done, one or a batch, all or none",
        {
            "application_ids": refs("Application", key="application_ids"),
            "document_no": text(),
            "valid_from": day(required=False),
            "valid_until": day(),
        },
        ("certificates", _ISSUED),
        _certify,
    ),
    "renew_products": intention(
        "renewProducts",
        "Renew the certificates of products, all or none",
        {"product_ids": refs("Product", key="subject_ids"), "document_no": text(), "valid_until": day()},
        ("certificates", _ISSUED),
        lambda c, b, k: _renew(c, {**b, "subject": "product"}, k),
    ),
    "renew_merchants": intention(
        "renewMerchants",
        "Renew the certificates of merchants, all or none",
        {"merchant_ids": refs("Merchant", key="subject_ids"), "document_no": text(), "valid_until": day()},
        ("certificates", _ISSUED),
        lambda c, b, k: _renew(c, {**b, "subject": "merchant"}, k),
    ),
    "suspend_product": _decision("suspendProduct", "Product", "suspend", "No channel sells it from the instant in force on"),
    "revoke_product": _decision("revokeProduct", "Product", "revoke", "End its certification"),
    "recall_product": _decision("recallProduct", "Product", "recall", "Take it back from every channel"),
    "reinstate_product": _decision("reinstateProduct", "Product", "reinstate", "Lift a suspension or recall"),
    "suspend_merchant": _decision("suspendMerchant", "Merchant", "suspend", "No product of it is sold"),
    "revoke_merchant": _decision("revokeMerchant", "Merchant", "revoke", "End its certification"),
    "reinstate_merchant": _decision("reinstateMerchant", "Merchant", "reinstate", "Lift a suspension"),
    "change_product": intention(
        "changeProduct",
        "Change what is offered; price, unit and pack raise offerVersion",
        {
            "id": ref("Product", key="product_id"),
            "price": amount("price_fen", required=False),
            "unit": text(required=False),
            "pack": text(required=False),
            "net_weight_g": number(required=False),
            "description": text(required=False),
            "bulk_price_per_kg": amount("bulk_price_fen_per_kg", required=False),
        },
        ("product", Product),
        send("catalog", "/products/{}/change", "product_id"),
    ),
    "upload_product_image": intention(
        "uploadProductImage",
        "Check and re-encode an uploaded picture",
        {"upload_id": ref("Upload", key="upload_id")},
        ("image", UploadedImage),
        _upload_image,
    ),
    "set_product_images": intention(
        "setProductImages",
        "The pictures of a product, the first on its card",
        {"id": ref("Product", key="product_id"), "image_keys": texts()},
        ("product", Product),
        send("catalog", "/products/{}/images", "product_id"),
    ),
    "grant_label": intention(
        "grantLabel",
        "Enter a quality label with its certificate",
        {
            "product_id": ref("Product", key="product_id"),
            "label": choice(Label),
            "certificate_no": text(),
            "valid_from": day(required=False),
            "valid_until": day(required=False),
        },
        ("label", LabelCertificate),
        send("catalog", "/products/{}/labels", "product_id"),
    ),
    "end_label": intention(
        "endLabel",
        "A label ends before its day",
        {"id": ref("Label", key="label_id"), "reason": text()},
        ("label", LabelCertificate),
        send("catalog", "/labels/{}/end", "label_id"),
    ),
    "record_mechanism": intention(
        "recordMechanism",
        "How a merchant shares income, in numbers with evidence",
        {
            "merchant_id": ref("Merchant", key="merchant_id"),
            "mechanism_no": text(required=False),
            "kind": text(),
            "households": number(),
            "persons": number(),
            "valid_from": day(required=False),
            "valid_until": day(required=False),
            "evidence": text(),
        },
        ("mechanism", Mechanism),
        send("catalog", "/mechanisms"),
    ),
}
