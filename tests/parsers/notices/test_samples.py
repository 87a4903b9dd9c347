"""Each sample file gives exactly these notices and failures."""

from __future__ import annotations

from pathlib import Path

import pytest

from parsers.notices import read, recognise
from parsers.records import Notice, NoticeFailure, NoticeItem, Party, Supplier

SAMPLES = Path(__file__).parent / "samples"
PAGE = "https://example.org/page"


def lines(*given: tuple[str, str]) -> str:
    return "\n".join(f"{label}\t{value}" for label, value in given)


EXPECTED: dict[str, list[Notice | NoticeFailure]] = {
    "eforms_award.xml": [
        Notice(
            format="eforms",
            source_notice_id="12345-2024",
            stage="award",
            title="Caméras échantillon",
            description="Cinquante caméras pour une ville inventée.",
            buyer=Party(
                name="Police Échantillon",
                country="BE",
                identifier="BE:0000.000.001",
                region="BE100",
            ),
            procedure="open",
            published="2024-04-02",
            amount=150000.5,
            currency="EUR",
            country="BE",
            region="BE234",
            url=PAGE,
            language="fr",
            items=(NoticeItem(scheme="CPV", code="35125300"),),
            suppliers=(
                Supplier(
                    party=Party(name="Sample Cameras NV", country="NL"),
                    amount=100000.0,
                    currency="EUR",
                ),
                Supplier(party=Party(name="Sample Software SA")),
            ),
            text=lines(
                ("Title", "Caméras échantillon"),
                ("Title (nl)", "Voorbeeldcamera's"),
                ("Description", "Cinquante caméras pour une ville inventée."),
                ("Buyer", "Police Échantillon"),
                ("Buyer (nl)", "Voorbeeldpolitie"),
                ("Procedure", "open"),
                ("Contract", "Fourniture des caméras échantillon"),
                ("CPV", "35125300"),
                ("Lot 1 award criteria", "Qualité de la lecture des plaques"),
                ("Lot 1 title", "Lecture de plaques"),
                ("Lot 1 description", "Écrire à ████████████████████ ou au ███ █ ███ ██ ██."),
                ("Lot 1 options and renewal", "Reconnaissance faciale en option"),
                ("Supplier", "Sample Cameras NV"),
                ("Supplier", "Sample Software SA"),
                ("Published", "2024-04-02"),
                ("Value", "150000.50 EUR"),
            ),
            warnings=("supplier ORG-0004 is a natural person or not described: left out",),
        ),
    ],
    "eforms_change.xml": [
        Notice(
            format="eforms",
            source_notice_id="aaaaaaaa-0000-02",
            stage="correction",
            title="Sample town centre cameras",
            buyer=Party(name="Sampleton Borough Council", country="GB"),
            published="2024-03-01",
            deadline="2024-04-08T12:00:00+01:00",
            amount=42000.5,
            currency="GBP",
            country="GB",
            url=PAGE,
            language="en",
            text=lines(
                ("Title", "Sample town centre cameras"),
                ("Buyer", "Sampleton Borough Council"),
                ("Change", "Deadline moved by a week"),
                ("Published", "2024-03-01"),
                ("Deadline", "2024-04-08T12:00:00+01:00"),
                ("Value", "42000.50 GBP"),
            ),
        ),
    ],
    "ted_award.xml": [
        Notice(
            format="ted_xml",
            source_notice_id="000123-2021",
            stage="award",
            title="Κάμερες δείγματος",
            description="Πενήντα επινοημένες κάμερες για μια πόλη που δεν υπάρχει.",
            buyer=Party(
                name="Δήμος Δείγματος", country="GR", identifier="GR:000000001", region="EL30"
            ),
            procedure="Open procedure",
            published="2021-01-04",
            amount=61000.0,
            currency="EUR",
            country="GR",
            region="EL30",
            url=PAGE,
            language="el",
            items=(
                NoticeItem(scheme="CPV", code="35125300", description="Security cameras"),
                NoticeItem(scheme="CPV", code="48000000"),
            ),
            suppliers=(
                Supplier(
                    party=Party(name="Sample Systems SA", country="GB"),
                    amount=60000.0,
                    currency="EUR",
                ),
                Supplier(party=Party(name="Hidden Sample SA")),
            ),
            text=lines(
                ("Title", "Κάμερες δείγματος"),
                ("Description", "Πενήντα επινοημένες κάμερες για μια πόλη που δεν υπάρχει."),
                ("Lot 1 title", "Αναγνώριση πινακίδων"),
                ("Lot 1 options", "Αναγνώριση προσώπου"),
                ("Lot 1 additional information", "E-mail: ██████████████████"),
                ("Buyer", "Δήμος Δείγματος"),
                ("Procedure", "Open procedure"),
                ("CPV", "35125300 (Security cameras)"),
                ("Supplier", "Sample Systems SA"),
                ("Supplier", "Hidden Sample SA"),
                ("Title (en)", "Sample cameras"),
                ("Description (en)", "Fifty invented cameras."),
                ("Subject (en)", "Security cameras"),
                ("Published", "2021-01-04"),
                ("Value", "61000.00 EUR"),
            ),
        ),
    ],
    "ocds_releases.json": [
        Notice(
            format="ocds",
            source_notice_id="000001-2025",
            stage="tender",
            title="Sample camera towers",
            ocid="ocds-h6vhtk-sample1",
            description="Ten towers. Each reads number plates. - Call ███ ████ ████",
            buyer=Party(
                name="Sampleton Police",
                country="GB",
                identifier="GB-PPON:XXXX-0000-0001",
                region="UKX1",
            ),
            procedure="Open procedure (sample)",
            published="2025-01-31T12:00:00Z",
            deadline="2025-03-03T12:00:00+00:00",
            amount=120000.5,
            currency="GBP",
            country="GB",
            region="UKX12",
            url="https://www.find-tender.service.gov.uk/Notice/000001-2025",
            language="en",
            items=(
                NoticeItem(scheme="CPV", code="35125300", description="Security cameras"),
                NoticeItem(scheme="CPV", code="48000000"),
            ),
            text=lines(
                ("Title", "Sample camera towers"),
                ("Description", "Ten towers."),
                ("Description", "Each reads number plates."),
                ("Description", "- Call ███ ████ ████"),
                ("Procurement method details", "Open procedure (sample)"),
                ("Lot 1 title", "Towers"),
                ("Lot 1 renewal description", "Two more years"),
                ("Lot 2 title", "Crowd counting software"),
                ("Document title", "Watch list specification.pdf"),
                ("Buyer", "Sampleton Police"),
                ("CPV", "35125300 (Security cameras)"),
                ("CPV", "48000000"),
                ("Published", "2025-01-31T12:00:00Z"),
                ("Deadline", "2025-03-03T12:00:00+00:00"),
                ("Value", "120000.50 GBP"),
            ),
            warnings=("tender/value/amount: inf is not a possible amount",),
        ),
        Notice(
            format="ocds",
            source_notice_id="R2",
            stage="award",
            title="Reconocimiento facial de muestra",
            ocid="ocds-sample-2",
            buyer=Party(name="Ministry of Samples", country="PY", identifier="B"),
            published="2025-01-30",
            amount=5000.0,
            currency="PYG",
            country="PY",
            url=PAGE,
            suppliers=(
                Supplier(
                    party=Party(name="Sample Vision SA", identifier="PY-RUC:80000000-0"),
                    amount=5000.0,
                    currency="PYG",
                ),
            ),
            text=lines(
                ("Title", "Reconocimiento facial de muestra"),
                ("Buyer", "Ministry of Samples"),
                ("Supplier", "Sample Vision SA"),
                ("Published", "2025-01-30"),
                ("Value", "5000.00 PYG"),
            ),
        ),
        NoticeFailure(
            format="ocds",
            reason="neither title (tender/title, awards, planning) nor buyer (buyer, parties) is given",
            where="ocds-sample-3",
        ),
        NoticeFailure(format="ocds", reason="str where a release belongs", where="releases[3]"),
    ],
    "ocds_records.json": [
        Notice(
            format="ocds",
            source_notice_id="c10",
            stage="cancelled",
            title="Compiled sample",
            ocid="ocds-sample-10",
            buyer=Party(name="Sample Ministry"),
            published="2025-01-01T00:00:00Z",
            url=PAGE,
            text=lines(
                ("Title", "Compiled sample"),
                ("Buyer", "Sample Ministry"),
                ("Published", "2025-01-01T00:00:00Z"),
            ),
        ),
        Notice(
            format="ocds",
            source_notice_id="ocds-sample-11",
            stage="tender",
            title="Versioned sample",
            ocid="ocds-sample-11",
            buyer=Party(name="New Sample Ministry"),
            url=PAGE,
            text=lines(("Title", "Versioned sample"), ("Buyer", "New Sample Ministry")),
        ),
        Notice(
            format="ocds",
            source_notice_id="e1",
            stage="planning",
            title="Planned sample",
            ocid="ocds-sample-12",
            description="Planned sample",
            buyer=Party(name="Sample Ministry"),
            published="2025-01-02",
            amount=10.0,
            currency="EUR",
            url=PAGE,
            text=lines(
                ("Title", "Planned sample"),
                ("Buyer", "Sample Ministry"),
                ("Planning budget description", "Planned sample"),
                ("Published", "2025-01-02"),
                ("Value", "10.00 EUR"),
            ),
        ),
        NoticeFailure(
            format="ocds",
            reason="the record has no compiledRelease and only links to its releases (2): fetch those",
            where="ocds-sample-13",
        ),
    ],
    "ccgp_award.html": [
        Notice(
            format="ccgp",
            source_notice_id="SAMPLE-2025-001",
            stage="award",
            title="虚构市公安局人脸识别示例系统中标公告",
            description="人脸识别示例系统",
            buyer=Party(name="虚构市公安局", country="CN"),
            published="2025-01-02T09:30:00+08:00",
            amount=1234567.0,
            currency="CNY",
            country="CN",
            region="虚构市",
            url=PAGE,
            language="zh",
            suppliers=(
                Supplier(
                    party=Party(name="虚构视觉科技有限公司", country="CN"),
                    amount=1000000.0,
                    currency="CNY",
                ),
                Supplier(
                    party=Party(name="虚构网络有限公司", country="CN"),
                    amount=234567.1,
                    currency="CNY",
                ),
            ),
        ),
    ],
    "ccgp_tender_old.html": [
        Notice(
            format="ccgp",
            source_notice_id="SAMPLE2016-2",
            stage="tender",
            title="虚构县雪亮工程示例项目公开招标公告",
            buyer=Party(name="虚构县公安局", country="CN"),
            procedure="公开招标",
            published="2016-03-04T10:05:00+08:00",
            deadline="2016-03-25T09:30:00+08:00",
            amount=12345000.0,
            currency="CNY",
            country="CN",
            url=PAGE,
            language="zh",
        ),
    ],
    "ccgp_correction.json": [
        Notice(
            format="ccgp",
            source_notice_id="t20180102_0000001",
            stage="correction",
            title="合成作战示例平台",
            buyer=Party(name="虚构市公安局示例分局", country="CN"),
            published="2018-01-02",
            deadline="2018-01-20T13:00:00+08:00",
            country="CN",
            region="虚构自治区",
            url="http://www.ccgp.gov.cn/cggg/dfgg/gzgg/201801/t20180102_0000001.htm",
            language="zh",
            text=lines(
                ("项目名称", "合成作战示例平台"),
                ("公告类型", "更正公告"),
                ("采购单位", "虚构市公安局示例分局"),
                ("行政区域", "虚构自治区"),
                ("公告内容", "项目编号：SAMPLE(4)2018001 原截止时间为2018年1月10日9时30分。"),
                ("公告内容", "现更正投标截止时间为2018年1月20日13时00分。"),
                ("公告内容", "项目联系人：██ 联系电话：████████████。"),
                ("发布时间", "2018-01-02"),
                ("截止时间", "2018-01-20T13:00:00+08:00"),
            ),
            warnings=("deadline: the same as firstNoticeDate; the deadline in content is taken",),
        ),
    ],
    "prozorro.jsonl": [
        Notice(
            format="prozorro",
            source_notice_id="UA-2026-01-01-000001-a",
            stage="award",
            title="Камери-зразок",
            description="П'ятдесят вигаданих камер. Тел. ███ ███ ██ ██",
            buyer=Party(
                name="Вигадана міська рада",
                country="UA",
                identifier="UA-EDR:00000001",
                region="Зразкова область",
            ),
            procedure="aboveThreshold",
            published="2026-01-01T10:00:00+02:00",
            deadline="2026-01-20T08:00:00+02:00",
            amount=850000.0,
            currency="UAH",
            country="UA",
            region="Зразкова область",
            url="https://prozorro.gov.ua/tender/UA-2026-01-01-000001-a",
            language="uk",
            items=(
                NoticeItem(scheme="DK021", code="35125300-2", description="Камери спостереження"),
            ),
            suppliers=(
                Supplier(
                    party=Party(name='ТОВ "Зразок"', country="UA", identifier="UA-EDR:00000002"),
                    amount=850000.0,
                    currency="UAH",
                ),
            ),
            text=lines(
                ("Title", "Камери-зразок"),
                ("Description", "П'ятдесят вигаданих камер. Тел. ███ ███ ██ ██"),
                ("Item description", "Камера"),
                ("Lot title", "Лот один"),
                ("Document title", "Технічне завдання.docx"),
                ("Buyer", "Вигадана міська рада"),
                ("Procedure", "Відкриті торги з особливостями"),
                ("DK021", "35125300-2 (Камери спостереження)"),
                ("Supplier", 'ТОВ "Зразок"'),
                ("Published", "2026-01-01T10:00:00+02:00"),
                ("Deadline", "2026-01-20T08:00:00+02:00"),
                ("Value", "850000.00 UAH"),
            ),
        ),
        Notice(
            format="prozorro",
            source_notice_id="UA-P-2026-01-01-000001-a",
            stage="planning",
            title="Плановий зразок",
            buyer=Party(name="Вигадана міська рада", country="UA"),
            procedure="reporting",
            published="2026-01-01T11:00:00+02:00",
            amount=5000.0,
            currency="UAH",
            country="UA",
            url="https://prozorro.gov.ua/plan/UA-P-2026-01-01-000001-a",
            language="uk",
            items=(
                NoticeItem(scheme="DK021", code="35125300-2", description="Камери спостереження"),
            ),
            text=lines(
                ("Title", "Плановий зразок"),
                ("Budget description", "Плановий зразок"),
                ("Buyer", "Вигадана міська рада"),
                ("Procedure", "Закупівля без використання електронної системи"),
                ("DK021", "35125300-2 (Камери спостереження)"),
                ("Published", "2026-01-01T11:00:00+02:00"),
                ("Value", "5000.00 UAH"),
            ),
        ),
        NoticeFailure(
            format="prozorro",
            reason="neither title (title, budget/description) nor buyer (procuringEntity/name) is given",
            where="UA-2026-01-01-000002-a",
        ),
        NoticeFailure(
            format="prozorro",
            reason="not JSON: Expecting value: line 2 column 1 (char 26)",
            where="line 5",
        ),
    ],
    "sam_gov.json": [
        Notice(
            format="sam_gov",
            source_notice_id="sample0001",
            stage="award",
            title="SAMPLE: invented drone detection",
            buyer=Party(name="DEPT OF SAMPLES.OFFICE", country="US"),
            procedure="Award Notice",
            published="2026-02-02",
            amount=1234.5,
            currency="USD",
            country="US",
            region="Colorado",
            url="https://example.org/opp/sample0001",
            language="en",
            items=(
                NoticeItem(scheme="NAICS", code="334511"),
                NoticeItem(scheme="PSC", code="5840"),
            ),
            suppliers=(
                Supplier(
                    party=Party(name="SAMPLE DRONES INC", identifier="US-UEI:SAMPLE000001"),
                    amount=1234.5,
                    currency="USD",
                ),
            ),
            text=lines(
                ("Title", "SAMPLE: invented drone detection"),
                ("Type", "Award Notice"),
                ("Buyer", "DEPT OF SAMPLES.OFFICE"),
                ("NAICS", "334511"),
                ("PSC", "5840"),
                ("Supplier", "SAMPLE DRONES INC"),
                ("Published", "2026-02-02"),
                ("Value", "1234.50 USD"),
            ),
        ),
        NoticeFailure(
            format="sam_gov",
            reason="neither title nor fullParentPathName (buyer) is given",
            where="opportunitiesData[1]",
        ),
    ],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_sample_gives_exactly_these_notices(name: str) -> None:
    data = (SAMPLES / name).read_bytes()
    format = recognise(data, None)
    assert format == EXPECTED[name][0].format
    assert list(read(data, format, PAGE)) == EXPECTED[name]


def test_every_sample_is_expected_and_says_it_is_one() -> None:
    files = {path.name for path in SAMPLES.iterdir()} - {"README.md"}
    assert files == set(EXPECTED)
    for name in files:
        text = (SAMPLES / name).read_text(encoding="utf-8")
        assert "SAMPLE" in text.upper() and "invent" in text.lower()
