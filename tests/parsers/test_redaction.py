"""What is masked, exactly; and what looks like it and is not."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest

from parsers.redaction import MASK, redact

# Invented persons and numbers, each in the form of a real one. ⟦…⟧ marks what must be masked.
MASKED = [
    # mail
    "Questions: ⟦nobody.sample@example.org⟧ by Friday.",
    "写信至⟦yangli_007@example.com.cn⟧，谢谢",
    "邮箱：⟦1234567＠qq.com⟧",
    "⟦sample [at] example.org⟧",
    # telephones by their form
    "请致电⟦13812345678⟧咨询",
    "请致电⟦138-1234-5678⟧咨询",
    "请致电⟦+86 13812345678⟧咨询",
    "质疑请拨⟦0771-2851243⟧。",
    "质疑请拨⟦（0771）2851243⟧。",
    "质疑请拨⟦010-12345678转801⟧。",
    "质疑请拨⟦021-24092222*2596⟧。",
    "Call ⟦+44 20 7946 0000⟧ today",
    "Call ⟦+49 (0)30 1234567-8⟧ today",
    "Call ⟦020 7946 0958⟧ today",
    "Appelez le ⟦01 23 45 67 89⟧.",
    "at ⟦(202) 555-0143⟧ or ⟦202-555-0143 ext. 12⟧",
    "at ⟦202.555.0143⟧ or",
    # telephones by their label
    "联系电话：⟦23596561⟧",
    "电 话：⟦2359 6561⟧、⟦2359 6562⟧",
    "联系方式：⟦0755-29849282⟧\n2.采购代理机构信息",
    "传真:⟦0771-2851244⟧",
    "热线电话 ⟦400-810-0000⟧",
    "Tel: ⟦032 000 00 00⟧",
    "Phone: ⟦555 01430⟧",
    "Fax no. ⟦0151 482 9230⟧",
    "Тел. ⟦(032) 000-00-00⟧",
    "телефон: ⟦0320000000⟧",
    "Telefon: ⟦0212 540 31 15⟧",
    "Téléphone : ⟦0140000000⟧",
    # identity, accounts, messengers
    "身份证号⟦11010519491231002X⟧",
    "开户行：示例银行 账号：⟦102460065607⟧",
    "银行账号：⟦6222 0000 0000 0000 000⟧",
    "IBAN ⟦GB82 WEST 1234 5698 7654 32⟧",
    "QQ：⟦12345678⟧，微信号：⟦sample_id-1⟧",
    "QQ群⟦123456789⟧",
    # persons after a label
    "项目联系人：⟦示例一⟧\n电话：⟦0771-2851243⟧",
    "项目联系人\t⟦赵老师⟧\n项目联系电话\t⟦13812345678⟧",
    "联系人：⟦黄某某⟧联系电话：⟦0771-2851243⟧",
    "联系人：⟦孙一一⟧ ⟦崔二⟧ ⟦蔡三⟧\n电话",
    "联系人及电话：⟦文某⟧；⟦0771-3836260⟧",
    "联系方式：⟦张一⟧、⟦张二二⟧、⟦吴三⟧ ⟦021-62267006⟧",
    "采购单位联系方式：⟦文某⟧；电话：⟦0771-3836260⟧",
    "经办人：⟦王五⟧，采购人代表：⟦李六先生⟧。",
    "法定代表人：⟦欧阳示例⟧ 地址：某市",
    "评审专家名单\t⟦丁一一⟧,⟦万二⟧,⟦LIU YANG⟧,⟦乐三三⟧,⟦于⟧\n总中标金额\t￥1.0 万元",
    "七、评审委员会成员名单\n    ⟦张一一⟧、⟦彭二二⟧、⟦陈三（采购人代表）⟧；\n八、代理服务收费标准",
    "谈判小组成员：⟦甲一⟧、⟦乙二⟧。采购文件",
    "Contact person: ⟦Jane Q. Sample⟧, Procurement",
    "Contact: ⟦Mr. John O'Sample⟧\nAddress: 1 Road",
    "For the attention of: ⟦Zoë van der Sample⟧",
    "Ansprechpartner: ⟦Frau Ute Muster⟧, Zimmer 3",
    "Контактна особа: ⟦Вигадана Особа⟧, відділ",
    "Personne à contacter : ⟦Jeanne d'Exemple⟧",
]

KEPT = [
    # numbers of notices, projects, processes
    "010493-2025, 2022/S 001-001842, t20260827_10001, UA-2026-10-08-011748-a",
    "ocds-h6vhtk-04efef and ocds-b5fd17-e3b5f385-5989-4cf1-8849-01c247fc9c30",
    "项目编号：HCA(4)2017040GNN",
    "项目编号：LHACG2025000057 采购编号：0773-2341001",
    "招标编号：0701-234160050123",
    "统一社会信用代码：91110105194912310021",
    "Contract ID 18130003713",
    "Reference: 020 7946 0958",
    "Notice no.: 202-555-0143",
    # amounts
    "￥668.790000 万元（人民币）",
    "中标金额：6687920.0元",
    "预算金额：13800000000元",
    "预算 15000000000 元，最高限价13912345678万元",
    "1 234 567,89 EUR; 1,234,567.89; $1 000 000",
    "from +1 000 000 EUR to +12.5%",
    # dates, counts, classifications, statutes, standards
    "2017年7月31日9时30分 2024-03-29 29.03.2024 2026-10-08T16:28:39",
    "视频监控1200路，人脸库3000万人，聚集10人以上报警",
    "crowds of 3, 6, 10, 20 or 50 people; 16,000 cameras; tens of millions of voices",
    "CPV 35125300-2 and 48000000; ДК 021:2015 55520000-1",
    "Directive 2014/24/EU; 343/2015 Z. z.; FAR 252.212-7001; 32014L0024",
    "GB/T 28181-2016, GA/T 1400.4-2017, ISO 27001:2013",
    "192.168.100.200 and https://example.org/tel/13812345678/0771-2851243.htm",
    "telephone 110 and mobile 5G; phone lines 2020-2025",
    "手机信号采集设备120台，电话监听系统3000000路",
    "mobile phone forensics, WeChat monitoring, QQ群监控",
    # labels without a person behind them
    "联系人：详见公告",
    "授权代表（签字）：\n日期： 年 月 日",
    "采购人代表应当在评标委员会中不超过三分之一。",
    "评标委员会由采购人代表和评审专家组\n成，成员人数应当为5人以上单数",
    "评审专家应当回避。评标委员会：由五人组成的委员会负责评审工作",
    "专家库系统、重点人员联系人分析",
    "contact tracing of persons; point of contact for victims",
    "Contact lenses: 40 pieces",
    "The system alerts the officer in charge; contact: see section II.",
    "Xi Jinping visited Huawei in 2019.",
]


@pytest.mark.parametrize("marked", MASKED)
def test_masked(marked: str) -> None:
    text = marked.replace("⟦", "").replace("⟧", "")
    expected, hidden = "", False
    for character in marked:
        if character in "⟦⟧":
            hidden = character == "⟦"
        else:
            expected += MASK if hidden and not character.isspace() else character
    # Separators between two masked names or numbers may be masked with them.
    got = redact(text)
    assert len(got) == len(text)
    between = {index for index, character in enumerate(text) if character in "、,，/；; "}
    differing = [i for i in range(len(text)) if got[i] != expected[i] and i not in between]
    assert not differing, f"\n{got!r}\n{expected!r}"


@pytest.mark.parametrize("text", KEPT)
def test_kept(text: str) -> None:
    assert redact(text) == text


def test_length_and_breaks_stay() -> None:
    text = "𠮷 x@example.org\r\n\f电话：0771-2851243\t13812345678\n"
    got = redact(text)
    assert len(got) == len(text)
    assert got == "𠮷 █████████████\r\n\f电话：████████████\t███████████\n"


def test_masking_twice_changes_nothing() -> None:
    text = "\n".join(MASKED).replace("⟦", "").replace("⟧", "")
    assert redact(redact(text)) == redact(text)


def test_damaged_text_never_raises_and_keeps_its_length() -> None:
    dice = random.Random(20261122)
    text = "\n".join(MASKED + KEPT)
    for _ in range(200):
        start = dice.randrange(len(text))
        part = list(text[start : start + dice.randrange(300)])
        dice.shuffle(part) if dice.random() < 0.3 else None
        assert len(redact("".join(part))) == len(part)


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "a@",
        "电话 ",
        "联系人：",
        "专家：张三、",
        "0 ",
        "+1",
        "A ",
        "tel ",
        "(",
        "1-",
        "Contact: Aa ",
    ],
)
def test_time_grows_with_length_alone(unit: str) -> None:
    text = unit * (60_000 // len(unit))
    began = time.perf_counter()
    redact(text)
    assert time.perf_counter() - began < 2.0


def test_labelled_passages_stay_as_they_are(shared: Path) -> None:
    """The gold passages hold no contacts: masking one would cost a quote."""
    changed = [
        json.loads(line)["id"]
        for path in sorted((shared / "gold").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if redact(json.loads(line)["text"]) != json.loads(line)["text"]
    ]
    assert changed == []


def test_real_award_notice_names_nobody(shared: Path) -> None:
    """The experts of a real page, and every telephone number in it."""
    from parsers.notices.ccgp_page import parse

    page = parse((shared / "real" / "ccgp" / "award_notice_longhua_2025.html").read_bytes())
    summary = "\n".join(f"{label}\t{value}" for label, value in page.summary.items())
    text = redact(summary + "\n" + "\n".join(page.lines))
    experts = page.summary["评审专家名单"].split(",")
    judges = next(line for line in page.lines if line.count("、") == 4)
    assert len(experts) > 100
    persons = [*experts[:-1], *judges.rstrip("；").split("、"), "赵老师", "陈工"]
    assert [name for name in persons if name in text] == []
    assert "0755" not in text and "23596561" not in text
    assert "深圳市金龙空调电器有限公司" in text and "6687920.0元" in text
