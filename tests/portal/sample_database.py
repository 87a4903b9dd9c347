"""An invented database with every kind of row, for tests and screenshots of the site.

All companies, agencies, texts and numbers are made up and marked as sample. Run as a module to
write it: ``python -m tests.portal.sample_database build/counterwatch.db``.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
from pathlib import Path
from typing import Any

from db.load import create_indexes
from db.schema import TABLES
from db.search import create_search, fill_search

FIRST, SECOND = "2026-10-02T06:10:00Z", "2026-11-20T06:12:30Z"

CAPABILITIES = [
    ("biometrics", "face-recognition", "Face recognition", "人脸识别"),
    ("biometrics", "ethnicity-detection", "Ethnicity detection", "族群识别"),
    ("biometrics", "voiceprint-matching", "Voiceprint matching", "声纹识别"),
    ("biometrics", "gait-recognition", "Gait recognition", "步态识别"),
    ("biometrics", "iris-recognition", "Iris recognition", "虹膜识别"),
    ("biometrics", "fingerprint-matching", "Fingerprint matching", "指纹比对"),
    ("biometrics", "dna-profiling", "DNA profiling", "基因建档"),
    ("biometrics", "person-attributes", "Person attributes", "人员属性分析"),
    ("biometrics", "person-reidentification", "Person re-identification", "跨镜追踪"),
    ("biometrics", "emotion-recognition", "Emotion recognition", "情绪识别"),
    ("biometrics", "biometric-identification", "Biometric identification", "生物特征识别"),
    ("sensing", "crowd-alert", "Crowd alert", "人群聚集预警"),
    ("sensing", "behaviour-analysis", "Behaviour analysis", "行为分析"),
    ("sensing", "licence-plate-recognition", "Licence plate recognition", "车牌识别"),
    ("sensing", "video-surveillance-network", "Video surveillance network", "视频监控网络"),
    ("sensing", "video-structuring", "Video structuring", "视频结构化"),
    ("sensing", "drone-surveillance", "Drone surveillance", "无人机监控"),
    ("sensing", "acoustic-detection", "Acoustic detection", "声音事件检测"),
    ("sensing", "body-worn-camera", "Body-worn camera", "执法记录仪"),
    ("sensing", "portable-deployment", "Portable deployment", "便携布控"),
    ("sensing", "identity-checkpoint", "Identity checkpoint", "身份核验卡口"),
    ("profiling", "data-fusion-platform", "Data fusion platform", "数据融合平台"),
    ("profiling", "one-person-one-file", "One person, one file", "一人一档"),
    ("profiling", "watchlist-control", "Watch-list control", "重点人员布控"),
    ("profiling", "predictive-policing", "Predictive policing", "预测警务"),
    ("profiling", "petitioner-control", "Petitioner control", "上访人员管控"),
    ("profiling", "relationship-mapping", "Relationship mapping", "关系图谱"),
    ("profiling", "location-tracking", "Location tracking", "轨迹追踪"),
    ("profiling", "command-centre", "Command centre", "指挥中心"),
    ("interception", "social-media-monitoring", "Social media monitoring", "社交媒体监测"),
    ("interception", "phone-forensics", "Phone forensics", "手机取证"),
    ("interception", "cell-site-simulator", "Cell-site simulator", "伪基站"),
    ("interception", "wifi-probe", "Wi-Fi probe", "无线探针"),
    ("interception", "network-monitoring", "Network monitoring", "网络流量监测"),
    ("interception", "lawful-interception", "Lawful interception", "合法监听"),
    ("interception", "spyware", "Spyware", "间谍软件"),
    ("interception", "content-filtering", "Content filtering", "内容过滤"),
]

DEFINITIONS = {
    "crowd-alert": (
        "Counts people in a public place and raises an alert when they gather.",
        "统计公共场所的人数，并在人群聚集时发出警报。",
        "Peaceful assembly is a right (ICCPR art. 21); an alarm on three people standing together treats "
        "its exercise as an incident.",
        "和平集会是一项权利（《公民权利和政治权利国际公约》第二十一条）；三人站在一起就报警，等于把行使权利当作事件。",
    ),
    "face-recognition": (
        "Matches a face to an identity, to a watch-list or to another face.",
        "将人脸与身份、名单或另一张人脸进行比对。",
        "Makes anonymity in public impossible (ICCPR art. 17) and errs more often on some groups than on others.",
        "使人在公共场所无法匿名（公约第十七条），且对某些群体的误差更高。",
    ),
}

ORGANIZATIONS: list[tuple[Any, ...]] = [
    # id, name, name_en, name_zh, kind, country, parent, sample, aliases
    ("lindenvale", "Lindenvale Vision (sample)", "Lindenvale Vision (sample)", "林登视觉（示例）", "vendor", "GB", None, 1, ["林登视觉", "Lindenvale"]),
    ("yunyan", "示例云眼科技", "Example Cloudeye Technology", "示例云眼科技", "vendor", "CN", None, 1, ["示例云眼", "Cloudeye"]),
    ("moshan", "模山智能（示例）", "Moshan Intelligent (sample)", "模山智能（示例）", "vendor", "CN", "yunyan", 1, ["模山智能"]),
    ("fakewave", "Fakewave Signals (sample)", "Fakewave Signals (sample)", None, "vendor", "DE", None, 1, ["Fakewave"]),
    ("samplecity", "Samplecity Police (sample)", "Samplecity Police (sample)", None, "buyer", "GB", None, 1, []),
    ("yangben", "样本市公安局（示例）", "Yangben City Public Security Bureau (sample)", "样本市公安局（示例）", "buyer", "CN", None, 1, ["样本市公安局"]),
    ("hostile", '<script>alert("x")</script>', '=HYPERLINK("http://hostile.invalid")', "\u202eevil\u202c", "vendor", "ZZ", None, 1, ['"><img src=x onerror=alert(1)>']),
]  # fmt: skip

BROCHURE = """CrowdSense 4 product sheet (sample)
CrowdSense counts people in squares and stations and raises a crowd alert when groups of 3, 6, 10, 20 or 50 people form. The operator sees the place on a map within two seconds.
Face recognition
The camera performs face recognition against a watch-list of 300,000 persons with an accuracy of no less than 98%.
Accuracy\t98%
CrowdSense does not determine the ethnicity of any person.
"""
DECK = """示例云眼智慧城市解决方案（示例文件）
系统支持人群聚集预警，当聚集人数超过20人时自动向指挥中心报警。
支持维族人员识别，并按民族建库，声纹库容量达千万级。
人脸识别准确率不低于99%，支持一人一档。
"""
TENDER = """样本市公安局视频监控系统采购项目公开招标公告（示例）
采购人\t样本市公安局（示例）
预算金额\t12,500,000元
技术要求\t前端摄像机1200路，具备人脸识别功能，识别率不低于90%，具备人群密度检测告警功能。
"""
AWARD = """Award notice (sample)
Buyer\tSamplecity Police (sample)
Supplier\tLindenvale Vision (sample)
Subject\tCity centre camera network of 240 cameras with crowd density alerts and licence plate recognition.
"""
PRESS = """Sample Gazette: what the cameras do (sample)
Lindenvale Vision sold a crowd alert system to Samplecity Police, documents show. The company denied that its cameras recognise protesters.
<script>alert("from the text")</script> and a line that tries to be markup.
"""
UYGHUR = """ئۈلگە ھۆججەت
سىستېما يۈز تونۇش ئىقتىدارىغا ئىگە.
"""

SOURCES = [
    ("sample-lindenvale", "Lindenvale Vision web site (sample)", "vendor", "Lindenvale Vision (sample)", "GB", "en", 1),
    ("sample-yunyan", "示例云眼科技网站（示例）", "vendor", "示例云眼科技", "CN", "zh", 1),
    ("sample-ccgp", "Sample list of Chinese notices", "tender", "样本市政府采购网（示例）", "CN", "zh", 1),
    ("sample-ocds", "Sample OCDS publisher", "tender", "Office of Invented Contracts", "GB", "en", 1),
    ("reports", "Reports and press", "report", "various", None, "en", 0),
]  # fmt: skip


def identifier(*parts: Any) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:16]


class Sample:
    """The database being written; ``add`` takes named columns."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        self.connection = sqlite3.connect(path)
        for table, columns in TABLES.items():
            self.connection.execute(f"CREATE TABLE {table} ({columns})")
        self.documents: dict[str, tuple[str, str, str, str]] = {}

    def add(self, table: str, **values: Any) -> None:
        names = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join("?" * len(values))
        self.connection.execute(
            f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values())
        )

    def document(
        self,
        key: str,
        source: str,
        url: str,
        title: str,
        text: str,
        language: str,
        media_type: str = "text/html",
        state: str = "live",
        **more: Any,
    ) -> str:
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        capture = identifier("capture", sha256)
        self.add("captures", id=capture, source_id=source, url=url, fetched=SECOND, status=200, outcome="ok",
                 media_type=media_type, sha256=sha256, warc_file=f"{source}/2026/{source}-20261120.warc.gz",
                 warc_offset=4_096 + len(self.documents) * 1_000, warc_length=2_048, run_id=f"run-{source}", via="live")  # fmt: skip
        self.add("documents", id=sha256, url=url, title=title, language=language, media_type=media_type,
                 pages=text.count("\f") + 1, characters=len(text), text=text, first_seen=FIRST,
                 last_seen=SECOND, state=state, outcome="ok", capture_id=capture, source_id=source, **more)  # fmt: skip
        self.documents[key] = (sha256, text, capture, source)
        return sha256

    def claim(
        self,
        document: str,
        capability: str,
        stance: str,
        quote: str,
        organization: str | None,
        role: str | None,
        parameters: dict[str, Any] | None = None,
        notice: str | None = None,
        others: tuple[tuple[str, str], ...] = (),
        more_quotes: tuple[str, ...] = (),
        **more: Any,
    ) -> str:
        sha256, text, capture, source = self.documents[document]
        claim_id = identifier("claim", sha256, capability, stance, organization, role)
        quotes = (quote, *more_quotes)
        start = text.index(quote)
        context_start = max(0, start - 120)
        context = text[context_start : start + len(quote) + 120]
        language = self.connection.execute(
            "SELECT language FROM documents WHERE id = ?", (sha256,)
        ).fetchone()[0]
        values: dict[str, Any] = {
            "id": claim_id, "capability": capability, "stance": stance, "quote": quote, "start": start, "end": start + len(quote),
            "context": context, "context_start": context_start, "page": 1, "language": language, "document_id": sha256,
            "capture_id": capture, "source_id": source, "notice_id": notice, "organization_id": organization,
            "organization_role": role, "parameters": json.dumps(parameters or {}, ensure_ascii=False),
            "term": f"{capability}/{language}/1", "lexicon_version": "sample-1", "passages": len(quotes), "basis": "archived",
            "review": "unreviewed", "first_seen": FIRST, "last_seen": SECOND, "state": "live",
        }  # fmt: skip
        self.add("claims", **(values | more))
        for number, one in enumerate(quotes):
            at = text.index(one)
            self.add("claim_passages", claim_id=claim_id, number=number, quote=one, start=at, end=at + len(one),
                     context=text[max(0, at - 60) : at + len(one) + 60], context_start=max(0, at - 60), page=1,
                     parameters="{}", term=values["term"], organizations="[]")  # fmt: skip
        for actor, actor_role in ((organization, role), *others):
            if actor:
                self.add(
                    "claim_organizations", claim_id=claim_id, organization_id=actor, role=actor_role
                )
        return claim_id


def _registers(sample: Sample) -> None:
    for source_id, title, kind, publisher, country, languages, is_sample in SOURCES:
        sample.add("sources", id=source_id, title=title, kind=kind, publisher=publisher, country=country,
                   languages=languages, url=f"https://{source_id}.invalid/", licence="invented", licence_url="https://licence.invalid/",
                   schedule="weekly", sample=is_sample)  # fmt: skip
        sample.add("runs", id=f"run-{source_id}", source_id=source_id, started=SECOND, finished="2026-11-20T06:20:00Z",
                   finish_reason="finished", announced=12, received=12, pages=12, new=3, changed=1, gone=1, blocked=0,
                   failed=1, bytes=120_000, manifest_sha256="ab" * 32)  # fmt: skip
    for family, code, label, label_zh in CAPABILITIES:
        definition, definition_zh, concern, concern_zh = DEFINITIONS.get(
            code,
            (
                f"{label}: a sample definition for the tests of the site.",
                f"{label_zh}：用于网站测试的示例定义。",
                "A sample reason why it matters, with the right at stake.",
                "示例：为何重要，以及所涉权利。",
            ),
        )
        sample.add("capabilities", code=code, family=family, label=label, label_zh=label_zh, definition=definition,
                   definition_zh=definition_zh, concern=concern, concern_zh=concern_zh, lexicon_version="sample-1")  # fmt: skip
    for key, name, name_en, name_zh, kind, country, parent, is_sample, aliases in ORGANIZATIONS:
        sample.add("organizations", id=key, name=name, name_en=name_en, name_zh=name_zh, kind=kind, country=country,
                   parent_id=parent, website="javascript:alert(1)" if key == "hostile" else f"https://{key}.invalid/",
                   description=None, sample=is_sample)  # fmt: skip
        for alias in aliases:
            sample.add("organization_names", organization_id=key, name=alias, language=None)
    sample.add("listings", organization_id="yunyan", list="Sample export control list", programme="human rights",
               since="2024-05-01", source_url="https://list.invalid/yunyan", note="Invented listing.")  # fmt: skip
    sample.add("products", id="crowdsense", vendor_id="lindenvale", name="CrowdSense 4 (sample)",
               url="https://lindenvale.invalid/crowdsense")  # fmt: skip
    sample.add("partnerships", organization_id="yunyan", partner_id="moshan", document_id="", reported_system_id="sample-alarm",
               note="Named together in the sample deck.")  # fmt: skip


def _documents(sample: Sample) -> None:
    sample.document("brochure", "sample-lindenvale", "https://lindenvale.invalid/crowdsense.pdf", "CrowdSense 4 product sheet (sample)", BROCHURE, "en", "application/pdf")  # fmt: skip
    sample.document("deck", "sample-yunyan", "https://yunyan.invalid/deck.pptx", "示例云眼智慧城市解决方案（示例）", DECK, "zh", "application/vnd.openxmlformats-officedocument.presentationml.presentation", state="gone", published="2025-03-01")  # fmt: skip
    sample.document("tender", "sample-ccgp", "https://ccgp.invalid/t20261101_10001.htm", "样本市公安局视频监控系统采购项目公开招标公告（示例）", TENDER, "zh")  # fmt: skip
    sample.document("award", "sample-ocds", "https://ocds.invalid/releases/1", "Award notice (sample)", AWARD, "en", "application/json")  # fmt: skip
    sample.document("press", "reports", "https://gazette.invalid/cameras", "Sample Gazette: what the cameras do", PRESS, "en")  # fmt: skip
    sample.document("uyghur", "sample-yunyan", "https://yunyan.invalid/ug", "ئۈلگە ھۆججەت", UYGHUR, "ug")  # fmt: skip
    old = BROCHURE.replace("3, 6, 10, 20 or 50", "3 or 50").replace("300,000", "200,000")
    sample.document("brochure-old", "sample-lindenvale", "https://lindenvale.invalid/crowdsense.pdf", "CrowdSense 4 product sheet (sample)", old, "en", "application/pdf", state="changed")  # fmt: skip
    sample.add("document_versions", document_id=sample.documents["brochure-old"][0],
               next_document_id=sample.documents["brochure"][0], url="https://lindenvale.invalid/crowdsense.pdf", changed=SECOND)  # fmt: skip
    broken = hashlib.sha256(b"broken").hexdigest()
    sample.add("documents", id=broken, url="https://yunyan.invalid/bomb.zip", title="bomb.zip", outcome="too-large", state="live",
               message="more than 10,000 members; not unpacked", media_type="application/zip", characters=0, pages=0, text="",
               first_seen=FIRST, last_seen=SECOND, source_id="sample-yunyan")  # fmt: skip
    sample.add("failures", id="failure-1", document_id=broken, stage="document", format="application/zip",
               reason="more than 10,000 members; not unpacked", url="https://yunyan.invalid/bomb.zip", source_id="sample-yunyan")  # fmt: skip
    gone = identifier("capture", "gone")
    sample.add("captures", id=gone, source_id="sample-yunyan", url="https://yunyan.invalid/deck.pptx", fetched=SECOND, status=404,
               outcome="gone", message="404 Not Found", warc_file="sample-yunyan/2026/sample-yunyan-20261120.warc.gz",
               warc_offset=9_000, warc_length=512, run_id="run-sample-yunyan", via="live")  # fmt: skip
    deck_sha256, _, deck_capture, _ = sample.documents["deck"]
    sample.add("removals", id="removal-1", document_id=deck_sha256, source_id="sample-yunyan", kind="gone",
               url="https://yunyan.invalid/deck.pptx", title="示例云眼智慧城市解决方案（示例）", at=SECOND, last_capture_id=deck_capture,
               proof_capture_id=gone, claims_lost=4, members=1, note=None)  # fmt: skip
    sample.add("removals", id="removal-2", source_id="sample-yunyan", kind="catalogue", url="https://yunyan.invalid/partners",
               title="Partner catalogue (sample)", at=FIRST, proof_capture_id=gone, claims_lost=0, members=1_962,
               note="The listing fell from 2,000 entries to 38.")  # fmt: skip


def _notices(sample: Sample) -> None:
    tender, award = sample.documents["tender"][0], sample.documents["award"][0]
    sample.add("notices", id="notice-tender", document_id=tender, format="ccgp", source_notice_id="t20261101_10001", stage="tender",
               title="样本市公安局视频监控系统采购项目公开招标公告（示例）", description="前端摄像机1200路，具备人脸识别功能。", buyer_id="yangben",
               buyer_name="样本市公安局（示例）", procedure="open", published="2026-11-01", deadline="2026-11-25T09:30:00Z", amount=12_500_000.0,
               currency="CNY", country="CN", region="Sample Province", url="https://ccgp.invalid/t20261101_10001.htm", language="zh",
               text_start=0, text_end=len(TENDER), source_id="sample-ccgp")  # fmt: skip
    for stage, published, amount in (
        ("tender", "2026-08-01", None),
        ("award", "2026-11-10", 480_000.0),
    ):
        sample.add("notices", id=f"notice-ocds-{stage}", ocid="ocds-sample-0001", document_id=award, format="ocds",
                   source_notice_id=f"0001-{stage}", stage=stage, title=f"City centre camera network, {stage} (sample)",
                   description="Camera network with crowd density alerts.", buyer_id="samplecity", buyer_name="Samplecity Police (sample)",
                   procedure="open", published=published, amount=amount, currency="GBP" if amount else None, country="GB",
                   url="javascript:alert(document.domain)", language="en", text_start=0, text_end=len(AWARD), source_id="sample-ocds")  # fmt: skip
    sample.add("notice_items", notice_id="notice-ocds-award", scheme="CPV", code="32323500", description="Video-surveillance system")  # fmt: skip
    sample.add("notice_suppliers", notice_id="notice-ocds-award", organization_id="lindenvale", name="Lindenvale Vision (sample)",
               amount=480_000.0, currency="GBP")  # fmt: skip


def _claims(sample: Sample) -> None:
    claim = sample.claim
    claim("brochure", "crowd-alert", "claims", "raises a crowd alert when groups of 3, 6, 10, 20 or 50 people form",
          "lindenvale", "vendor", {"crowd_sizes": [3, 6, 10, 20, 50]}, product_id="crowdsense",
          more_quotes=("CrowdSense counts people in squares and stations",), first_seen=SECOND)  # fmt: skip
    claim("brochure-old", "crowd-alert", "claims", "raises a crowd alert when groups of 3 or 50 people form", "lindenvale", "vendor",
          {"crowd_sizes": [3, 50]}, state="changed", product_id="crowdsense")  # fmt: skip
    claim("brochure", "face-recognition", "claims", "face recognition against a watch-list of 300,000 persons", "lindenvale", "vendor",
          {"accuracy": 0.98, "database_size": 300_000}, product_id="crowdsense")  # fmt: skip
    claim("brochure", "ethnicity-detection", "denies", "does not determine the ethnicity of any person", "lindenvale", "vendor")  # fmt: skip
    claim("deck", "crowd-alert", "claims", "支持人群聚集预警，当聚集人数超过20人时自动向指挥中心报警", "yunyan", "vendor",
          {"crowd_sizes": [20]}, state="gone", others=(("moshan", "partner"),))  # fmt: skip
    claim("deck", "ethnicity-detection", "claims", "支持维族人员识别，并按民族建库", "yunyan", "vendor", {"groups": ["uyghur"]}, state="gone",
          others=(("moshan", "partner"),), review="confirmed")  # fmt: skip
    claim("deck", "voiceprint-matching", "claims", "声纹库容量达千万级", "yunyan", "vendor", {"database_size": 10_000_000}, state="gone")  # fmt: skip
    claim("deck", "face-recognition", "claims", "人脸识别准确率不低于99%", "yunyan", "vendor", {"accuracy": 0.99}, state="gone")  # fmt: skip
    claim("tender", "face-recognition", "requires", "具备人脸识别功能，识别率不低于90%", "yangben", "buyer", {"accuracy": 0.9},
          notice="notice-tender")  # fmt: skip
    claim("tender", "crowd-alert", "requires", "具备人群密度检测告警功能", "yangben", "buyer", notice="notice-tender")  # fmt: skip
    claim("tender", "video-surveillance-network", "requires", "前端摄像机1200路", "yangben", "buyer", {"quantity": 1_200}, notice="notice-tender")  # fmt: skip
    claim("award", "crowd-alert", "supplies", "camera network of 240 cameras with crowd density alerts", "lindenvale", "supplier",
          {"quantity": 240}, notice="notice-ocds-award", others=(("samplecity", "buyer"),))  # fmt: skip
    claim("award", "licence-plate-recognition", "supplies", "licence plate recognition", "lindenvale", "supplier",
          notice="notice-ocds-award", others=(("samplecity", "buyer"),))  # fmt: skip
    claim("press", "crowd-alert", "reports", "sold a crowd alert system to Samplecity Police", "lindenvale", "vendor", others=(("samplecity", "buyer"),))  # fmt: skip
    claim("press", "crowd-alert", "denies", "The company denied that its cameras recognise protesters", "lindenvale", "vendor", {"groups": ["protester"]})  # fmt: skip
    claim("press", "social-media-monitoring", "reports", '<script>alert("from the text")</script> and a line', "hostile", "vendor")  # fmt: skip
    claim("uyghur", "face-recognition", "claims", "يۈز تونۇش ئىقتىدارىغا ئىگە", "yunyan", "vendor")  # fmt: skip
    sample.add("reported_systems", id="sample-alarm", title="Sample alarm on a minority (invented)",
               summary="An invented report says that two invented companies tested a camera system with an alarm on one minority.",
               summary_zh="一份虚构的报道称，两家虚构公司测试了针对某一少数族群的报警摄像系统。",
               publication="The Sample Gazette", publisher="Sample Gazette Ltd", published="2025-12-08", url="https://gazette.invalid/alarm",
               answer="It was a test in a laboratory and was never sold.", answer_by="Example Cloudeye Technology")  # fmt: skip
    for stance, organization in (
        ("reports", "yunyan"),
        ("denies", "yunyan"),
        ("reports", "moshan"),
    ):
        claim_id = identifier("curated", "sample-alarm", stance, organization)
        sample.add("claims", id=claim_id, capability="ethnicity-detection", stance=stance, organization_id=organization,
                   organization_role="vendor", parameters='{"groups": ["uyghur"]}', passages=0, basis="curated",
                   citation="The Sample Gazette, “Sample alarm on a minority”, 8 December 2025.", reported_system_id="sample-alarm",
                   review="unreviewed", first_seen="2025-12-08", last_seen="2025-12-08", state="live", source_id="reports")  # fmt: skip
        sample.add(
            "claim_organizations", claim_id=claim_id, organization_id=organization, role="vendor"
        )


def build(path: Path) -> Path:
    """Write the sample database to ``path`` and return it."""
    sample = Sample(path)
    _registers(sample)
    _documents(sample)
    _notices(sample)
    _claims(sample)
    counts = {
        table: sample.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("claims", "documents", "notices", "captures")
    }
    sample.add("releases", id="sample-release", built="2026-11-20T07:00:00Z", lexicon_version="sample-1",
               archive_captures=counts["captures"], claims=counts["claims"], documents=counts["documents"],
               notices=counts["notices"], fingerprint="cd" * 32)  # fmt: skip
    create_indexes(sample.connection)
    create_search(sample.connection)
    fill_search(sample.connection)
    sample.connection.commit()
    sample.connection.execute("ANALYZE")
    sample.connection.close()
    return path


if __name__ == "__main__":
    print(build(Path(sys.argv[1] if len(sys.argv) > 1 else "build/counterwatch.db")))
