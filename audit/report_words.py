"""What the report's readers see of ids: names of columns, states and units, in zh and en."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

Words = dict[str, str]


def _words(**pairs: tuple[str, str]) -> Mapping[str, Words]:
    return MappingProxyType({name: {"zh": zh, "en": en} for name, (zh, en) in pairs.items()})


FINDS: Final = _words(
    gap=("应救未救", "gap"),
    duplicate=("重复", "duplicate"),
    suspicion=("疑点", "suspicion"),
)
SEVERITY: Final = _words(hard=("硬", "hard"), soft=("软", "soft"))
UNIT: Final = _words(household=("家庭", "household"), person=("个人", "person"))
STATUS: Final = _words(
    eligible=("符合", "eligible"),
    not_eligible=("不符合", "not eligible"),
    undetermined=("待定", "undetermined"),
    conflict=("事实冲突", "conflict"),
    not_applicable=("不适用", "not applicable"),
)
MARK: Final = _words(
    no_data=("无数据", "no data"),
    not_applicable=("不适用", "not applicable"),
    small_base=("基数不足", "small base"),
    not_known=("不可知", "not known"),
)
BESIDE: Final = _words(
    paid_last_month=("其中上月已发放", "of these paid last month"),
    identities=("另：仅有身份人数", "apart: identity only"),
    undetermined=("待定", "undetermined"),
    conflict=("事实冲突", "conflict"),
    households=("涉及家庭", "households"),
    receipt_not_known=("是否享受未知", "receipt not known"),
    older=("12 个月以前", "older than 12 months"),
    confirmed=("已查实", "confirmed"),
    done_late=("逾期后已复核", "done after the day due"),
    allotted=("本年度预算", "budget of the year"),
    recovered=("已追回", "recovered"),
    no_score=("未评分", "gave no score"),
    open=("至今未答复", "still open"),
)
LOAD: Final = _words(
    read=("读取行", "rows read"),
    accepted=("接收行", "rows accepted"),
    refused=("退回行", "rows refused"),
    repeated=("重复行", "rows repeated"),
)
KIND: Final = _words(
    enrolment=("在保名册", "enrolments"),
    application=("申请办件", "applications"),
    disbursement=("资金发放", "payments"),
    death=("死亡登记", "deaths"),
    service=("服务记录", "services"),
    review=("复核台账", "reviews"),
    budget_arrival=("资金到位", "money arrived"),
    satisfaction=("满意度评价", "satisfaction answers"),
    complaint=("投诉举报", "complaints"),
)
EVIDENCE: Final = _words(
    accepted_on=("受理日期", "accepted on"),
    application=("办件", "application"),
    amount=("测算金额（元）", "computed amount (CNY)"),
    amounts=("各笔金额（元）", "amounts (CNY)"),
    beside=("并存项目", "held beside"),
    day=("日期", "day"),
    due_on=("应办结日期", "due on"),
    dead_by=("最迟死亡于", "dead by"),
    died_on=("死亡日期", "died on"),
    excess=("其中疑似多发（笔）", "of these suspected in excess"),
    history=("此前情况", "what came before"),
    identities=("已有身份", "identities held"),
    month=("所属月份", "for month"),
    months=("所属月份", "for months"),
    overlap_from=("重叠起始", "overlaps from"),
    payments=("涉及记录（笔）", "records concerned"),
    providers=("提供单位", "providers"),
    since=("起始", "since"),
    thing=("服务项目", "thing"),
)
VALUES: Final = _words(
    none=("从未申请", "never asked"),
    enrolment_ended=("曾在保，已停", "was enrolled, ended"),
    haircut=("理发", "haircut"),
    meal=("助餐", "meal"),
    bath=("助浴", "bath"),
    cleaning=("保洁", "cleaning"),
)


def said(words: Mapping[str, Words], name: str | None) -> Words:
    """The words for an id; the id itself where there are none."""
    text = name or "—"
    return words.get(text, {"zh": text, "en": text})
