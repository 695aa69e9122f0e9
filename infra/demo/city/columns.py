"""Columns of the import files in their order: English key and Chinese header, as `docs/imports.md` defines them."""

from __future__ import annotations

# kind → ((key, header), …); the order is that of the rows that the generator makes.
COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {
    "merchants": (
        ("credit_code", "统一社会信用代码"), ("name", "名称"), ("kind", "主体类型"), ("county_code", "县市区代码"),
        ("township", "乡镇街道"), ("founded_on", "成立日期"),
    ),
    "products": (
        ("product_no", "产品编号"), ("merchant_code", "经营主体代码"), ("name", "产品名称"), ("category", "类别"),
        ("family", "品种"), ("county_code", "产地代码"), ("unit", "销售单位"), ("pack", "规格"), ("net_weight_g", "净重克"),
        ("retail_price", "零售价"), ("bulk_price_per_kg", "批量价每公斤"), ("is_food", "是否食品"),
        ("season_months", "上市月份"), ("storage", "储存方式"), ("description", "产品说明"),
    ),
    "certificates": (
        ("subject", "对象类型"), ("subject_code", "对象代码"), ("certificate_no", "证书编号"), ("document_no", "认定文号"),
        ("valid_from", "有效期起"), ("valid_until", "有效期止"),
    ),
    "labels": (
        ("product_no", "产品编号"), ("label", "标识"), ("certificate_no", "证书编号"), ("valid_from", "有效期起"),
        ("valid_until", "有效期止"),
    ),
    "mechanisms": (
        ("mechanism_no", "机制编号"), ("merchant_code", "经营主体代码"), ("kind", "机制类型"), ("households", "户数"),
        ("persons", "人数"), ("valid_from", "有效期起"), ("valid_until", "有效期止"), ("evidence", "佐证材料"),
    ),
    "withdrawals": (
        ("subject", "对象类型"), ("subject_code", "对象代码"), ("kind", "处理类型"), ("from_instant", "生效时间"),
        ("until_instant", "恢复时间"), ("reason", "原因"), ("document_no", "文号"),
    ),
    "institutions": (
        ("institution_code", "单位编号"), ("name", "单位名称"), ("kind", "单位类型"), ("county_code", "县市区代码"),
        ("meals_per_day", "日供餐数"), ("kitchen", "食堂经营"),
    ),
    "contracts": (
        ("contract_no", "合同编号"), ("institution_code", "单位编号"), ("merchant_code", "经营主体代码"),
        ("signed_on", "签订日期"), ("valid_from", "有效期起"), ("valid_until", "有效期止"), ("signing", "签约活动编号"),
        ("line_no", "行号"), ("product_no", "产品编号"), ("unit", "单位"), ("price", "单价"), ("max_quantity", "数量上限"),
    ),
    "deliveries": (
        ("delivery_no", "送货单号"), ("contract_no", "合同编号"), ("accepted_at", "验收时间"), ("line_no", "行号"),
        ("product_no", "产品编号"), ("delivered_quantity", "送货数量"), ("accepted_quantity", "验收数量"), ("unit", "单位"),
        ("price", "单价"),
    ),
    "outlets": (
        ("outlet_code", "网点编号"), ("kind", "网点类型"), ("sub_kind", "网点细类"), ("name", "名称"),
        ("county_code", "县市区代码"), ("opened_on", "开业日期"), ("closed_on", "关闭日期"),
    ),
    "monthly_sheets": (
        ("sheet_no", "报表编号"), ("outlet_code", "网点编号"), ("month", "月份"), ("product_no", "产品编号"),
        ("quantity", "数量"), ("unit", "单位"), ("amount", "金额"), ("paper", "佐证材料"),
    ),
    "day_sheets": (
        ("sheet_no", "报表编号"), ("outlet_code", "网点编号"), ("stand", "展位"), ("day", "日期"), ("product_no", "产品编号"),
        ("quantity", "数量"), ("unit", "单位"), ("amount", "金额"), ("paper", "佐证材料"),
    ),
    "slips": (
        ("slip_no", "小票号"), ("outlet_code", "网点编号"), ("sold_at", "销售时间"), ("line_no", "行号"),
        ("product_no", "产品编号"), ("quantity", "数量"), ("unit", "单位"), ("price", "单价"), ("rounding", "抹零"),
        ("pay_type", "支付方式"),
    ),
    "fair_orders": (
        ("order_no", "订单编号"), ("outlet_code", "网点编号"), ("fulfilled_on", "履约日期"), ("buyer_kind", "买方类型"),
        ("consumption_county", "消费地"), ("product_no", "产品编号"), ("quantity", "数量"), ("unit", "单位"), ("amount", "金额"),
        ("paper", "佐证材料"),
    ),
    "campaigns": (
        ("campaign_no", "活动编号"), ("kind", "活动类型"), ("title", "标题"), ("institution_code", "单位编号"),
        ("organiser", "组织单位"), ("consumption_county", "消费地"), ("festival", "节日"), ("organised_by", "组织方"),
        ("opened_on", "开始日期"), ("closed_on", "截止日期"), ("paid_on", "付款日期"), ("members", "参与人数"),
        ("product_no", "产品编号"), ("quantity", "数量"), ("unit", "单位"), ("price", "单价"),
    ),
    "online_orders": (
        ("order_no", "订单编号"), ("paid_at", "付款时间"), ("consumption_county", "消费地"), ("product_no", "产品编号"),
        ("quantity", "数量"), ("unit", "单位"), ("price", "单价"), ("refunded_quantity", "退款数量"),
        ("refunded_at", "退款时间"),
    ),
    "external_reports": (
        ("report_no", "报告编号"), ("merchant_code", "经营主体代码"), ("month", "月份"), ("buyer_kind", "买方类型"),
        ("consumption_county", "消费地"), ("product_no", "产品编号"), ("quantity", "数量"), ("unit", "单位"), ("amount", "金额"),
        ("paper", "佐证材料"), ("confirmed_on", "县级确认日期"), ("returned_once", "曾退回"),
    ),
    "carried_forward": (
        ("entry_no", "结转编号"), ("as_of_day", "截至日期"), ("channel", "渠道"), ("county_code", "产地代码"),
        ("consumption_county", "消费地"), ("merchant_code", "经营主体代码"), ("amount", "金额"), ("paper", "佐证材料"),
    ),
    "opening_stock": (("product_no", "产品编号"), ("quantity", "数量"), ("unit", "单位")),
    "outside_sessions": (
        ("session_no", "专场编号"), ("title", "标题"), ("platform", "平台"), ("county_code", "县市区代码"), ("host", "主播"),
        ("started_at", "开始时间"), ("ended_at", "结束时间"), ("participants", "参与人数"), ("peak", "最高在线"),
        ("product_no", "产品编号"), ("quantity", "数量"), ("unit", "单位"), ("gross", "成交金额"), ("refunds", "退款金额"),
        ("evidence", "佐证材料"), ("confirmed_on", "县级确认日期"),
    ),
    "departments": (
        ("code", "代码"), ("name", "名称"), ("duty", "职责"), ("lead", "牵头"), ("valid_from", "起始日期"),
        ("valid_until", "终止日期"), ("successor", "承接单位"),
    ),
    "activities": (
        ("activity_no", "活动编号"), ("kind", "活动类型"), ("title", "标题"), ("held_on", "举办日期"),
        ("county_code", "县市区代码"), ("department", "主办单位"), ("linked_session", "关联专场"), ("linked_outlet", "关联网点"),
        ("linked_contract", "关联合同"),
    ),
    "publicity": (
        ("record_no", "编号"), ("medium", "媒介"), ("level", "级别"), ("media_kind", "媒体类别"), ("title", "标题"),
        ("published_on", "发布日期"), ("aired", "播出次数"),
    ),
}  # fmt: skip
