"""A denial that admits a test is reported as both; any other denial stays a denial."""

from parsers.capabilities import tag


def stances(text: str) -> set[str]:
    return {t.stance for t in tag(text, "report", "en") if t.capability == "ethnicity-detection"}


def test_only_a_test_denies_and_reports() -> None:
    text = "Examplia told reporters that the “Tibetan alarm” system was merely a test."
    assert stances(text) == {"denies", "reports"}


def test_a_plain_denial_denies() -> None:
    assert stances("Examplia said its cameras do not identify people by ethnicity.") == {"denies"}
