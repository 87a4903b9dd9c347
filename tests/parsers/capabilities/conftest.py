"""A small lexicon of its own, so that these tests do not move with the real one."""

from __future__ import annotations

from pathlib import Path

import pytest

from parsers.capabilities import lexicon as lexicons
from parsers.capabilities.tagger import Tagger

FILES = {
    "crowd-alert": """
code: crowd-alert
family: sensing
label: {en: Crowd alert, zh: 人群聚集预警}
definition: {en: Counting people, zh: 统计人群}
concern: {en: Assembly, zh: 集会}
terms:
  en:
    - crowd (detect*|alert*|alarm*|densit*)
    - detect* ..40.. (gathering*|crowd*)
    - term: queue length
      with: [public, square]
      without: [shop, checkout]
  zh:
    - 人群(聚集|密度)(检测|预警|告警)?
    - (检测|识别) ..12.. (聚集|人群密度)
  ar:
    - كثافة الحشود
exclude:
  en: [crowd funding, crowd detection toy]
examples:
  - {text: "The camera has a crowd-density alarm.", language: en, kind: vendor}
  - {text: "平台支持人群聚集告警。", language: zh, kind: tender}
counter_examples:
  - {text: "We run a crowd-funding page.", language: en}
""",
    "face-recognition": """
code: face-recognition
family: biometrics
label: {en: Face recognition, zh: 人脸识别}
definition: {en: Matching faces, zh: 比对人脸}
concern: {en: Privacy, zh: 隐私}
terms:
  en:
    - fac(e|ial) recogni*
    - term: FRT
      exact_case: true
  zh:
    - 人脸(识别|比对|检索|卡口|库)
    - (面部|FRT)检测
    - 1:N比对
    - <number>(路|台)人脸
  de: ['*gesichtserkennung']
  ru: [распозна* лиц*]
examples:
  - {text: "人脸识别系统", language: zh}
""",
    "video-surveillance-network": """
code: video-surveillance-network
family: sensing
label: {en: Cameras, zh: 视频监控}
definition: {en: Cameras, zh: 摄像机}
concern: {en: Privacy, zh: 隐私}
terms:
  en: [CCTV, surveillance camera*]
  zh: [视频监控, 高清枪机]
examples:
  - {text: "CCTV", language: en}
""",
    "ethnicity-detection": """
code: ethnicity-detection
family: biometrics
label: {en: Ethnicity, zh: 族裔识别}
definition: {en: Sorting people, zh: 区分族裔}
concern: {en: Discrimination, zh: 歧视}
terms:
  en: ["(detect*|identif*) ..40.. (ethnicit*|ethnic group*|Uyghur*)"]
  zh: [(识别|区分) ..8.. (族裔|民族|维吾尔族)]
examples:
  - {text: "It can identify a person's ethnicity.", language: en}
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A lexicon folder with four capabilities."""
    path = tmp_path / "lexicon"
    path.mkdir()
    for code, text in FILES.items():
        (path / f"{code}.yml").write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lexicon")
    for code, text in FILES.items():
        (path / f"{code}.yml").write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def tagger(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Tagger:
    lexicon, problems = lexicons.load_folder(sample_folder)
    assert problems == []
    return Tagger(lexicon)


@pytest.fixture(scope="session")
def portable(sample_folder: Path) -> Tagger:
    return Tagger(lexicons.load_folder(sample_folder)[0], "portable")
