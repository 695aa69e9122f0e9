"""What a contract, call-off or delivery may refuse."""

from __future__ import annotations

from services.kit.errors import DomainError, Kind


class NotAMember(DomainError):
    code, kind = "NOT_A_MEMBER", Kind.FORBIDDEN
    zh, en = "您不是该单位的成员", "You are not a member of this institution"


class UnknownKind(DomainError):
    code, kind = "UNKNOWN_KIND", Kind.INVALID
    zh, en = "没有“{value}”这一类", "There is no kind “{value}”"


class NotTheMerchantsProduct(DomainError):
    code, kind = "NOT_THE_MERCHANTS_PRODUCT", Kind.INVALID
    zh, en = "该产品不属于此经营主体", "This product is not of this merchant"


class ProductTwice(DomainError):
    code, kind = "PRODUCT_TWICE", Kind.INVALID
    zh, en = "同一产品出现两次", "The same product stands twice"


class LineTwice(DomainError):
    code, kind = "LINE_TWICE", Kind.INVALID
    zh, en = "第 {line} 行出现两次", "Line {line} stands twice"


class UnknownLine(DomainError):
    code, kind = "UNKNOWN_LINE", Kind.INVALID
    zh, en = "没有这一行：{line}", "There is no such line: {line}"


class UnitDiffers(DomainError):
    code, kind = "UNIT_DIFFERS", Kind.INVALID
    zh, en = "合同约定的单位是“{agreed}”，不是“{unit}”", "The contract is in “{agreed}”, not in “{unit}”"


class PriceNeeded(DomainError):
    code, kind = "PRICE_NEEDED", Kind.INVALID
    zh, en = "框架合同的送货须填写单价", "A framework line needs its price at delivery"


class PriceFixed(DomainError):
    code, kind = "PRICE_FIXED", Kind.INVALID
    zh, en = "单价由合同约定，不能另填", "The contract fixes this price"


class HashDiffers(DomainError):
    code, kind = "HASH_DIFFERS", Kind.CONFLICT
    zh, en = "合同内容与您看到的不一致，请重新查看", "The contract is not the one you have seen; look at it again"


class NotInForce(DomainError):
    code, kind = "CONTRACT_NOT_IN_FORCE", Kind.CONFLICT
    zh, en = "合同在 {day} 不在有效期内", "The contract is not in force on {day}"


class RemainderExceeded(DomainError):
    code, kind = "REMAINDER_EXCEEDED", Kind.CONFLICT
    zh, en = "超出合同剩余数量：剩 {left} {unit}", "More than the contract has left: {left} {unit}"


class BelowMinimum(DomainError):
    code, kind = "BELOW_MINIMUM", Kind.INVALID
    zh, en = "少于合同约定的最小起订量 {least} {unit}", "Less than the agreed minimum of {least} {unit}"


class NumberTaken(DomainError):
    code, kind = "NUMBER_TAKEN", Kind.CONFLICT
    zh, en = "编号 {number} 已被使用", "The number {number} is taken"


class TransferTwice(DomainError):
    code, kind = "TRANSFER_TWICE", Kind.CONFLICT
    zh, en = "转账 {reference} 已登记", "Transfer {reference} is recorded already"


class BadAcceptanceTime(DomainError):
    code, kind = "BAD_ACCEPTANCE_TIME", Kind.INVALID
    zh = "验收时间应在送货之后、当前时间之前，且在未关账期间内"
    en = "The time of acceptance lies after the sending, not in the future, in an open period"


class WithdrawnGoods(DomainError):
    code, kind = "WITHDRAWN_GOODS", Kind.CONFLICT
    zh = "“{name}”已被暂停、撤销或召回，此行不能验收；其他行可以另行验收"
    en = "“{name}” is suspended, revoked or recalled: this line cannot be accepted; the others can"


class OwnApproval(DomainError):
    code, kind = "OWN_APPROVAL", Kind.FORBIDDEN
    zh, en = "不能审批自己提交的要货单，请由第二人审批", "Nobody approves a call-off of his own; a second person does"


class SecondPersonNeeded(DomainError):
    code, kind = "SECOND_PERSON_NEEDED", Kind.CONFLICT
    zh, en = "本合同须双人验收，请由另一人确认", "This contract needs a second person to accept"


class MoreThanCalled(DomainError):
    code, kind = "MORE_THAN_CALLED", Kind.CONFLICT
    zh, en = "送货超过未交数量：还可送 {left} {unit}", "More than is still to be delivered: {left} {unit}"


class NotAddingUp(DomainError):
    code, kind = "QUANTITIES_DO_NOT_ADD_UP", Kind.INVALID
    zh, en = "验收 + 拒收 与送货数量 {delivered} {unit} 不符", "Accepted and rejected do not make the delivered {delivered} {unit}"


class AlreadySettled(DomainError):
    code, kind = "ALREADY_SETTLED", Kind.CONFLICT
    zh, en = "第 {line} 行已验收", "Line {line} is settled already"


class BadPeriod(DomainError):
    code, kind = "BAD_PERIOD", Kind.INVALID
    zh, en = "期间 {start} 至 {end} 无效", "The period from {start} to {end} is not valid"


class InUse(DomainError):
    code, kind = "IN_USE", Kind.CONFLICT
    zh, en = "已有单据依赖它，不能撤回：{what}", "Documents depend on it, so it cannot be withdrawn: {what}"


class MoreThanOwed(DomainError):
    code, kind = "MORE_THAN_OWED", Kind.CONFLICT
    zh, en = "超过应付金额：应付 {owed_fen} 分", "More than is owed: {owed_fen} fen"


class LastMember(DomainError):
    code, kind = "LAST_MEMBER", Kind.CONFLICT
    zh, en = "不能移除最后一名成员，请先邀请他人", "The last member cannot be removed; invite another first"
