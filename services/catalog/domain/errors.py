"""What catalog refuses, with a stable code and a sentence in both languages."""

from __future__ import annotations

from services.kit.errors import DomainError, Kind


class WrongTransition(DomainError):
    code, kind = "WRONG_TRANSITION", Kind.CONFLICT
    zh, en = "当前状态“{state}”不能{act_zh}", "Cannot {act} in state “{state}”"


class NotReady(DomainError):
    code, kind = "NOT_READY", Kind.CONFLICT
    zh, en = (
        "申请 {application_id} 尚未通过全部审核（当前：{state}）",
        "Application {application_id} has not passed all reviews (now: {state})",
    )


class StepNotOpen(DomainError):
    code, kind = "STEP_NOT_OPEN", Kind.CONFLICT
    zh, en = "“{duty}”环节现在不能办理", "The step “{duty}” is not open now"


class NotYourDuty(DomainError):
    code, kind = "NOT_YOUR_DUTY", Kind.FORBIDDEN
    zh, en = "“{duty}”不是您所在单位的职责", "“{duty}” is not your office's duty"


class ReasonRequired(DomainError):
    code, kind = "REASON_REQUIRED", Kind.INVALID
    zh, en = "退回或驳回时请写明原因", "State the reason when returning or rejecting"


class CreditCodeTaken(DomainError):
    code, kind = "CREDIT_CODE_TAKEN", Kind.CONFLICT
    zh, en = "统一社会信用代码 {value} 已登记", "The credit code {value} is registered already"


class BadCreditCode(DomainError):
    code, kind = "BAD_CREDIT_CODE", Kind.INVALID
    zh, en = "统一社会信用代码 {value} 校验不通过", "{value} is not a valid unified social credit code"


class AlreadyApplied(DomainError):
    code, kind = "ALREADY_APPLIED", Kind.CONFLICT
    zh, en = "已有进行中的申请", "There is an open application already"


class MerchantNotCertified(DomainError):
    code, kind = "MERCHANT_NOT_CERTIFIED", Kind.CONFLICT
    zh, en = "产品“{name}”的经营主体尚未认定", "The merchant of product “{name}” is not certified"


class BadPeriod(DomainError):
    code, kind = "BAD_PERIOD", Kind.INVALID
    zh, en = "有效期 {valid_from} 至 {valid_until} 不成立", "From {valid_from} until {valid_until} is no valid period"


class PeriodOverlaps(DomainError):
    code, kind = "PERIOD_OVERLAPS", Kind.CONFLICT
    zh, en = "有效期与证书 {certificate_no} 重叠", "The period overlaps that of certificate {certificate_no}"


class LabelExists(DomainError):
    code, kind = "LABEL_EXISTS", Kind.CONFLICT
    zh, en = "该产品在此期间已有“{label}”标识", "The product carries the label “{label}” in this period already"


class UnknownChoice(DomainError):
    code, kind = "UNKNOWN_CHOICE", Kind.INVALID
    zh, en = "“{value}”不是可选项", "“{value}” is not one of the choices"


class NetWeightRequired(DomainError):
    code, kind = "NET_WEIGHT_REQUIRED", Kind.INVALID
    zh, en = "食品须填写净重", "Food needs a net weight"


class UnknownImage(DomainError):
    code, kind = "UNKNOWN_IMAGE", Kind.INVALID
    zh, en = "图片 {value} 不存在，请重新上传", "The picture {value} does not exist; upload it again"


class BadImage(DomainError):
    code, kind = "BAD_IMAGE", Kind.INVALID
    zh, en = "图片无法使用：{reason_zh}", "The picture cannot be used: {reason}"


class ImageTooLarge(DomainError):
    code, kind = "IMAGE_TOO_LARGE", Kind.TOO_LARGE
    zh, en = "图片过大：{size}，上限 {limit}", "The picture is too large: {size}, at most {limit}"


class InUse(DomainError):
    code, kind = "IN_USE", Kind.CONFLICT
    zh, en = "仍被使用，不能撤回：{what}", "Still in use, cannot be withdrawn: {what}"


class LastMember(DomainError):
    code, kind = "LAST_MEMBER", Kind.CONFLICT
    zh, en = "不能移除最后一名成员，请先邀请他人", "The last member cannot be removed; invite another first"
