"""The closed list of privileged acts, ``subject:action``: what may stand in an audit row, in both languages, and who may do it.

An act that is not here cannot be recorded (`services.kit.audit`), and a test finds a call that tries. docs/audit.md is made from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from services.kit.principal import Role

Act = Literal[
    "role:grant", "role:revoke", "invitation:create", "invitation:accept", "invitation:revoke",
    "api_key:create", "api_key:revoke", "login:verify", "password:change", "password:reset",
    "totp:enable", "totp:remove", "recovery_codes:renew",
    "webhook:register", "webhook:change", "webhook:pause", "webhook:resume", "webhook:remove", "webhook:replay",
    "passkey:add", "passkey:remove", "outside_login:link", "outside_login:unlink",
    "person:export", "person:delete", "person:erase",
    "merchant:apply", "merchant:member", "merchant:remove_member", "merchant:certify", "merchant:renew", "merchant:suspend",
    "merchant:revoke", "merchant:reinstate",
    "product:apply", "product:certify", "product:renew", "product:suspend", "product:revoke", "product:recall", "product:reinstate",
    "product:change", "product:images", "image:store",
    "application:review", "application:resubmit", "review_path:replace", "duty:hand_over",
    "label:grant", "label:end", "mechanism:record", "mechanism:end",
    "import:start", "import:apply", "import:withdraw", "import:applied", "import:withdrawn", "cutover:set",
    "order:ship", "order:refund", "stock:received", "stock:counted",
    "institution:apply", "institution:add_member", "institution:remove_member",
    "contract:propose", "contract:confirm", "contract:end", "contract:payment",
    "call_off:request", "call_off:approve", "call_off:confirm", "call_off:end",
    "delivery:send", "delivery:accept_first", "delivery:accept", "delivery:return",
    "outlet:apply", "outlet:approve", "outlet:close", "outlet:add_operator",
    "slip:record", "slip:reverse", "sheet:record", "sheet:reverse", "fair_order:record", "fair_order:reverse",
    "campaign:create", "campaign:open", "campaign:close", "campaign:cancel", "campaign:paid",
    "external_report:submit", "external_report:resubmit", "external_report:confirm", "external_report:return",
    "streamer:apply", "streamer:approve", "streamer:reject",
    "session:schedule", "session:name_controller", "session:link", "session:unlink", "session:start", "session:pin", "session:unpin",
    "session:end",
    "outside_session:record", "outside_session:resubmit", "outside_session:confirm", "outside_session:return",
    "attribution_rule:set",
    "departments:enter", "departments:change", "departments:strike",
    "activities:enter", "activities:change", "activities:strike",
    "publicity:enter", "publicity:change", "publicity:strike",
    "report:request", "report:made",
    "webhook:rotate_secret",
]  # fmt: skip


@dataclass(frozen=True)
class Words:
    """``services`` whose databases hold such rows; ``by``: roles that may, the acting one being the first that is held.

    Empty ``by``: any account may (or the system does it by itself).
    """

    services: tuple[str, ...]
    zh: str
    en: str
    by: tuple[Role, ...] = ()


_BUREAU = (Role.BUREAU,)
_COUNTY = (Role.COUNTY_OFFICER, Role.BUREAU)
_CITY = (Role.BUREAU, Role.DEPARTMENT_OFFICER)
_OFFICERS = (Role.COUNTY_OFFICER, Role.DEPARTMENT_OFFICER, Role.BUREAU)
_OWNERS = (Role.MERCHANT, Role.BUREAU, Role.OPERATOR)
_MERCHANT = (Role.MERCHANT,)
_BUYERS = (Role.CANTEEN_BUYER, Role.CANTEEN_APPROVER)
_SIDES = (*_BUYERS, Role.MERCHANT)
_INSTITUTION = (*_BUYERS, Role.GROUP_ORGANISER)
_ORGANISER = (Role.GROUP_ORGANISER, Role.SERVICE)
_OUTLET = (Role.OUTLET, Role.COUNTY_OFFICER, Role.BUREAU)
_HOSTS = (Role.STREAMER, Role.COUNTY_OFFICER, Role.SERVICE)
_RECORDERS = (Role.STREAMER, Role.MERCHANT, Role.COUNTY_OFFICER)
_IMPORTERS = (Role.OPERATOR, Role.BUREAU)
_GRANTERS = (Role.OPERATOR, Role.BUREAU, Role.SERVICE)
_INVITERS = (Role.MERCHANT, *_INSTITUTION, Role.OUTLET, Role.STREAMER, *_OFFICERS, Role.OPERATOR)
_REGISTERS = (*_CITY, Role.COUNTY_OFFICER, Role.OPERATOR)

_GATEWAY, _CATALOG, _ORDERS, _LIVE, _REPORTING = ("gateway",), ("catalog",), ("orders",), ("livestream",), ("reporting",)
_ALL = ("catalog", "orders", "livestream", "reporting")
_INTEGRATORS = (Role.MERCHANT, Role.CANTEEN_BUYER, Role.CANTEEN_APPROVER, Role.GROUP_ORGANISER, Role.BUREAU)


ACTS: dict[str, Words] = {
    "role:grant": Words(_GATEWAY, "授予角色", "Role granted", (*_GRANTERS, *_INVITERS)),
    "role:revoke": Words(_GATEWAY, "收回角色", "Role taken away", (*_GRANTERS, *_INVITERS)),
    "invitation:create": Words(_GATEWAY, "邀请成员", "Member invited", _INVITERS),
    "invitation:accept": Words(_GATEWAY, "接受邀请", "Invitation accepted"),
    "invitation:revoke": Words(_GATEWAY, "撤回邀请", "Invitation revoked", _INVITERS),
    "api_key:create": Words(_GATEWAY, "建立 API 密钥", "API key made"),
    "password:change": Words(_GATEWAY, "修改密码", "Password changed"),
    "password:reset": Words(_GATEWAY, "用验证码重设密码", "Password reset by code"),
    "login:verify": Words(_GATEWAY, "验证手机号或邮箱", "Number or address verified"),
    "totp:enable": Words(_GATEWAY, "启用两步验证", "Second factor set up"),
    "totp:remove": Words(_GATEWAY, "关闭两步验证", "Second factor removed"),
    "recovery_codes:renew": Words(_GATEWAY, "更换恢复码", "Recovery codes renewed"),
    "passkey:add": Words(_GATEWAY, "添加通行密钥", "Passkey added"),
    "passkey:remove": Words(_GATEWAY, "删除通行密钥", "Passkey removed"),
    "outside_login:link": Words(_GATEWAY, "关联外部登录", "Outside sign-in linked"),
    "outside_login:unlink": Words(_GATEWAY, "取消外部登录", "Outside sign-in unlinked"),
    "api_key:revoke": Words(_GATEWAY, "撤销 API 密钥", "API key revoked"),
    "person:export": Words(_GATEWAY, "个人申请导出个人信息", "Person asked for his data"),
    "person:delete": Words(_GATEWAY, "个人申请注销并删除个人信息", "Person asked for the end of his account and data"),
    "person:erase": Words(("gateway", *_ALL), "删除个人信息", "Personal data erased", (Role.SERVICE,)),
    "webhook:register": Words(_GATEWAY, "登记 webhook 地址", "Webhook address registered", _INTEGRATORS),
    "webhook:change": Words(_GATEWAY, "修改 webhook 地址", "Webhook address changed", _INTEGRATORS),
    "webhook:pause": Words(_GATEWAY, "暂停 webhook", "Webhook paused", _INTEGRATORS),
    "webhook:resume": Words(_GATEWAY, "恢复 webhook", "Webhook resumed", _INTEGRATORS),
    "webhook:remove": Words(_GATEWAY, "删除 webhook 地址", "Webhook address removed", _INTEGRATORS),
    "webhook:rotate_secret": Words(_GATEWAY, "更换 webhook 密钥", "Webhook secret replaced", _INTEGRATORS),
    "webhook:replay": Words(_GATEWAY, "重发 webhook 通知", "Webhook notices sent again", _INTEGRATORS),
    "merchant:apply": Words(_CATALOG, "申请商户认定", "Certification of a merchant applied for"),
    "merchant:member": Words(_CATALOG, "商户增加成员", "Member added to a merchant", (*_OWNERS, Role.COUNTY_OFFICER)),
    "merchant:remove_member": Words(
        _CATALOG, "商户移除成员", "Member removed from a merchant", (*_OWNERS, Role.COUNTY_OFFICER)),
    "merchant:certify": Words(_CATALOG, "认定商户", "Merchant certified", _BUREAU),
    "merchant:renew": Words(_CATALOG, "延续商户认定", "Merchant's certificate renewed", _BUREAU),
    "merchant:suspend": Words(_CATALOG, "暂停商户", "Merchant suspended", _BUREAU),
    "merchant:revoke": Words(_CATALOG, "撤销商户认定", "Merchant's certification revoked", _BUREAU),
    "merchant:reinstate": Words(_CATALOG, "恢复商户", "Merchant reinstated", _BUREAU),
    "product:apply": Words(_CATALOG, "申请产品认定", "Certification of a product applied for", _MERCHANT),
    "product:certify": Words(_CATALOG, "认定产品", "Product certified", _BUREAU),
    "product:renew": Words(_CATALOG, "延续产品认定", "Product's certificate renewed", _BUREAU),
    "product:suspend": Words(_CATALOG, "暂停产品", "Product suspended", _BUREAU),
    "product:revoke": Words(_CATALOG, "撤销产品认定", "Product's certification revoked", _BUREAU),
    "product:recall": Words(_CATALOG, "召回产品", "Product recalled", _BUREAU),
    "product:reinstate": Words(_CATALOG, "恢复产品", "Product reinstated", _BUREAU),
    "product:change": Words(_CATALOG, "修改产品信息", "Product changed", _OWNERS),
    "product:images": Words(_CATALOG, "更换产品图片", "Product's pictures set", _OWNERS),
    "image:store": Words(_CATALOG, "存入图片", "Picture stored", _OWNERS),
    "application:review": Words(_CATALOG, "审核申请", "Application reviewed", (Role.COUNTY_OFFICER, Role.DEPARTMENT_OFFICER)),
    "application:resubmit": Words(_CATALOG, "重新提交申请", "Application handed in again", _MERCHANT),
    "review_path:replace": Words(_CATALOG, "更换审核流程", "Path of reviews replaced", _BUREAU),
    "duty:hand_over": Words(_CATALOG, "移交审核职责", "Duty handed to a department", _BUREAU),
    "label:grant": Words(_CATALOG, "登记质量标志", "Quality label entered", _CITY),
    "label:end": Words(_CATALOG, "终止质量标志", "Quality label ended", _CITY),
    "mechanism:record": Words(_CATALOG, "登记联农带农机制", "Assistance mechanism recorded", _OFFICERS),
    "mechanism:end": Words(_CATALOG, "终止联农带农机制", "Assistance mechanism ended", _OFFICERS),
    "import:start": Words(_ALL, "提交导入文件", "File handed in for import", _IMPORTERS),
    "import:apply": Words(_ALL, "决定导入", "Import ordered", _IMPORTERS),
    "import:withdraw": Words(_ALL, "决定撤回导入", "Withdrawal of an import ordered", _IMPORTERS),
    "import:applied": Words(_ALL, "导入完成", "Import applied", _IMPORTERS),
    "import:withdrawn": Words(_ALL, "导入已撤回", "Import withdrawn", _IMPORTERS),
    "cutover:set": Words(_ALL, "设定历史数据截止时间", "Cutover of history set", (Role.OPERATOR,)),
    "order:ship": Words(_ORDERS, "订单发货", "Order shipped", _MERCHANT),
    "order:refund": Words(_ORDERS, "订单退款", "Order refunded", (Role.MERCHANT, Role.BUREAU)),
    "stock:received": Words(_ORDERS, "商品入库", "Goods received", _MERCHANT),
    "stock:counted": Words(_ORDERS, "盘点库存", "Stock counted", _MERCHANT),
    "institution:apply": Words(_ORDERS, "登记采购单位", "Institution registered"),
    "institution:add_member": Words(_ORDERS, "采购单位增加成员", "Member added to an institution", (*_INSTITUTION, *_GRANTERS[:2])),
    "institution:remove_member": Words(
        _ORDERS, "采购单位移除成员", "Member removed from an institution", (*_INSTITUTION, *_GRANTERS[:2])),
    "contract:propose": Words(_ORDERS, "起草合同（含授信额度）", "Contract proposed, with its credit limit", _SIDES),
    "contract:confirm": Words(_ORDERS, "确认合同", "Contract confirmed", _SIDES),
    "contract:end": Words(_ORDERS, "终止合同", "Contract ended", _SIDES),
    "contract:payment": Words(_ORDERS, "登记合同付款", "Payment under a contract recorded", (*_SIDES, Role.BUREAU, Role.OPERATOR)),
    "call_off:request": Words(_ORDERS, "提交要货单", "Call-off made", (Role.CANTEEN_BUYER,)),
    "call_off:approve": Words(_ORDERS, "批准要货单", "Call-off approved", (Role.CANTEEN_APPROVER,)),
    "call_off:confirm": Words(_ORDERS, "商户确认要货单", "Call-off confirmed by the merchant", _MERCHANT),
    "call_off:end": Words(_ORDERS, "取消或驳回要货单", "Call-off cancelled or rejected", (Role.CANTEEN_APPROVER, *_SIDES)),
    "delivery:send": Words(_ORDERS, "发出送货", "Delivery dispatched", _MERCHANT),
    "delivery:accept_first": Words(_ORDERS, "第一人验收", "Delivery accepted by the first person", _BUYERS),
    "delivery:accept": Words(_ORDERS, "验收送货", "Delivery accepted", _BUYERS),
    "delivery:return": Words(_ORDERS, "验收后退货", "Accepted goods returned", _SIDES),
    "outlet:apply": Words(_ORDERS, "申请销售点", "Outlet applied for"),
    "outlet:approve": Words(_ORDERS, "批准销售点", "Outlet approved", _COUNTY),
    "outlet:close": Words(_ORDERS, "关闭销售点", "Outlet closed", _OUTLET),
    "outlet:add_operator": Words(_ORDERS, "销售点增加操作员", "Operator added to an outlet", (Role.OUTLET, Role.BUREAU, Role.OPERATOR)),
    "slip:record": Words(_ORDERS, "登记小票", "Slip recorded", (Role.OUTLET,)),
    "slip:reverse": Words(_ORDERS, "冲销小票", "Slip reversed", (Role.OUTLET, Role.BUREAU)),
    "sheet:record": Words(_ORDERS, "登记日报或月报表", "Day or monthly sheet recorded", (Role.OUTLET,)),
    "sheet:reverse": Words(_ORDERS, "冲销日报或月报表", "Day or monthly sheet reversed", _OUTLET),
    "fair_order:record": Words(_ORDERS, "登记展会订单", "Fair order recorded", (Role.OUTLET,)),
    "fair_order:reverse": Words(_ORDERS, "冲销展会订单", "Fair order reversed", _OUTLET),
    "campaign:create": Words(_ORDERS, "起草团购", "Group purchase drafted", _ORGANISER),
    "campaign:open": Words(_ORDERS, "开放团购", "Group purchase opened", _ORGANISER),
    "campaign:close": Words(_ORDERS, "截止团购", "Group purchase closed", _ORGANISER),
    "campaign:cancel": Words(_ORDERS, "取消团购", "Group purchase cancelled", _ORGANISER),
    "campaign:paid": Words(_ORDERS, "登记团购转账与发票", "Group purchase's transfer and fapiao recorded", _ORGANISER),
    "external_report:submit": Words(_ORDERS, "提交外部销售月报", "Report of sales elsewhere submitted", _MERCHANT),
    "external_report:resubmit": Words(_ORDERS, "重新提交外部销售月报", "Report of sales elsewhere submitted again", _MERCHANT),
    "external_report:confirm": Words(_ORDERS, "核定外部销售月报", "Report of sales elsewhere confirmed", _COUNTY),
    "external_report:return": Words(_ORDERS, "退回外部销售月报", "Report of sales elsewhere returned", _COUNTY),
    "streamer:apply": Words(_LIVE, "申请主播", "Applied to sell live"),
    "streamer:approve": Words(_LIVE, "批准主播", "Streamer approved", (Role.COUNTY_OFFICER,)),
    "streamer:reject": Words(_LIVE, "驳回主播", "Streamer rejected", (Role.COUNTY_OFFICER,)),
    "session:schedule": Words(_LIVE, "预告直播", "Live session announced", (Role.STREAMER,)),
    "session:name_controller": Words(_LIVE, "指定场控", "Controller named", (Role.STREAMER,)),
    "session:link": Words(_LIVE, "上架直播商品", "Product linked to a session", _HOSTS),
    "session:unlink": Words(_LIVE, "下架直播商品", "Product taken out of a session", _HOSTS),
    "session:start": Words(_LIVE, "开始直播", "Live session started", _HOSTS),
    "session:pin": Words(_LIVE, "置顶商品", "Product pinned", _HOSTS),
    "session:unpin": Words(_LIVE, "取消置顶", "Product unpinned", _HOSTS),
    "session:end": Words(_LIVE, "结束直播", "Live session ended", _HOSTS),
    "outside_session:record": Words(_LIVE, "登记外部直播", "Outside session recorded", _RECORDERS),
    "outside_session:resubmit": Words(_LIVE, "重新提交外部直播", "Outside session submitted again", _RECORDERS),
    "outside_session:confirm": Words(_LIVE, "核定外部直播", "Outside session confirmed", (Role.COUNTY_OFFICER,)),
    "outside_session:return": Words(_LIVE, "退回外部直播", "Outside session returned", (Role.COUNTY_OFFICER,)),
    "attribution_rule:set": Words(_LIVE, "设定归属规则", "Rule of attribution set", _BUREAU),
    "departments:enter": Words(_REPORTING, "登记成员单位", "Department entered", _REGISTERS),
    "departments:change": Words(_REPORTING, "修改成员单位", "Department changed", _REGISTERS),
    "departments:strike": Words(_REPORTING, "删除成员单位", "Department struck out", _REGISTERS),
    "activities:enter": Words(_REPORTING, "登记专项活动", "Activity entered", _REGISTERS),
    "activities:change": Words(_REPORTING, "修改专项活动", "Activity changed", _REGISTERS),
    "activities:strike": Words(_REPORTING, "删除专项活动", "Activity struck out", _REGISTERS),
    "publicity:enter": Words(_REPORTING, "登记宣传记录", "Publicity entered", _REGISTERS),
    "publicity:change": Words(_REPORTING, "修改宣传记录", "Publicity changed", _REGISTERS),
    "publicity:strike": Words(_REPORTING, "删除宣传记录", "Publicity struck out", _REGISTERS),
    "report:request": Words(_REPORTING, "申请报表", "Report asked for", _OFFICERS),
    "report:made": Words(_REPORTING, "报表生成", "Report made", (Role.SERVICE,)),
}

if set(ACTS) != set(get_args(Act)):
    raise RuntimeError(f"Act and ACTS differ: {sorted(set(ACTS) ^ set(get_args(Act)))}")
