"""Many tags of one document become few claims, each with its best quote and its context."""

from db.claim_groups import CONTEXT, ActedTag, context_of, group
from parsers.records import Actor, Tag

TEXT = (
    "Sample brochure.\nThe system raises an alert when a crowd forms.\n"
    "Crowd alerts can be set for groups of 5, 10 or 50 people.\fFace recognition is included."
)


def tagged(
    quote: str, capability: str, actor: str | None = "examplia", **parameters: object
) -> ActedTag:
    start = TEXT.index(quote)
    tag = Tag(
        capability, "claims", quote, start, start + len(quote), dict(parameters), "sample/en/1"
    )
    return ActedTag(tag, (Actor(actor, "vendor"),) if actor else ())


def test_passages_of_one_claim_stand_together_the_best_first():
    claims = group(
        "d1",
        TEXT,
        [
            tagged("alert when a crowd forms", "crowd-alert"),
            tagged("Crowd alerts", "crowd-alert", crowd_sizes=[5, 10, 50]),
            tagged("Face recognition", "face-recognition"),
        ],
    )
    assert [(c.capability, c.count, c.best.quote, c.best.page) for c in claims] == [
        ("crowd-alert", 2, "Crowd alerts", 1),
        ("face-recognition", 1, "Face recognition", 2),
    ]
    assert claims[0].best.parameters == {"crowd_sizes": [5, 10, 50]}


def test_two_actors_make_two_claims_and_ids_are_stable():
    tags = [
        tagged("alert when a crowd forms", "crowd-alert"),
        tagged("Crowd alerts", "crowd-alert", actor="otherco"),
    ]
    first, second = group("d1", TEXT, tags), group("d1", TEXT, list(reversed(tags)))
    assert [c.organization_id for c in first] == ["examplia", "otherco"]
    assert [c.id for c in first] == [c.id for c in second]
    assert first[0].id != group("d2", TEXT, tags)[0].id


def test_a_claim_without_actor_is_kept():
    [claim] = group("d1", TEXT, [tagged("Crowd alerts", "crowd-alert", actor=None)])
    assert (claim.organization_id, claim.organization_role, claim.actors) == (None, None, ())


def test_context_holds_the_quote_at_its_offset_and_stays_on_the_page():
    for quote in ("Crowd alerts", "Face recognition", "Sample brochure"):
        start = TEXT.index(quote)
        context, context_start = context_of(TEXT, start, start + len(quote))
        assert TEXT[context_start : context_start + len(context)] == context
        assert quote in context
        assert "\f" not in context


def test_context_of_a_long_unbroken_text_is_bounded():
    text = "监控" * 5000
    context, context_start = context_of(text, 4000, 4002)
    assert len(context) <= 2 * CONTEXT + 2
    assert text[context_start : context_start + len(context)] == context
