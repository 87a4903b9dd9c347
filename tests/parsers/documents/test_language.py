from __future__ import annotations

import pytest

from parsers.documents.language import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", ""),
        ("12345 --- 678", ""),
        ("OK", ""),
        ("人脸", ""),
        ("人脸识别", "zh"),
        ("人臉辨識系統採購", "zh"),
        ("Huawei 与旷视合作开发人脸识别系统 Face Recognition", "zh"),
        ("顔認証システムの調達について", "ja"),
        ("얼굴 인식 시스템", "ko"),
        ("The police bought a system that counts people in public squares.", "en"),
        ("La policía compró un sistema de reconocimiento facial para las plazas.", "es"),
        ("Die Polizei kaufte ein System zur Gesichtserkennung auf Plätzen.", "de"),
        ("Закупка системы распознавания лиц для города", "ru"),
        ("Поліція купує камери відеоспостереження для міста", "uk"),
        ("اشترت الشرطة نظاما للتعرف على الوجوه في الساحات العامة", "ar"),
        ("Polis, meydanlarda yüz tanıma sistemi satın aldı.", "tr"),
        # Rows of identifiers and addresses are in no language.
        ("采购意向 人脸识别\thttps://example.org/detail?id=BNpyThtl9inVPDDIUTTue99BVVujzX", "zh"),
    ],
)
def test_detect(text: str, language: str) -> None:
    assert detect(text) == language
