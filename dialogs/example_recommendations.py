"""What became of recommendations, played: by whom it is followed up, in part, and not at all."""

from collections.abc import Iterator

from dialogs import recommendation_notices
from dialogs.card import Card
from dialogs.example_proposals import Acting
from storage import recommendations

_WHY = (
    "Vi har ikke nok folk til å være ute på alle tjenestestedene. Fra nyttår er fire av oss ute to dager i uka, og i "
    "mai ser vi på det igjen sammen med dem vi har vært hos."
)


def scenes(stage: Acting, programme_key: str) -> Iterator[tuple[str, Card]]:
    """In a programme whose documents have recommendations."""
    yield "recommendation.list:none", stage.act("recommendation.list")
    yield "recommendation.open:none", stage.press("recommendation.open", form={"fact": "osu-anb-6"})
    yield "recommendation.set", stage.press("recommendation.set")
    yield "recommendation.said:by nothing", stage.press("recommendation.said", form={"state": "followed", "by": "-"})
    by = stage.shown.questions[1].choices[1].value
    yield "recommendation.said", stage.press("recommendation.said", form={"state": "followed", "by": by, "text": ""})
    stage.act("recommendation.set", {"fact": "osu-anb-4"})
    yield "recommendation.said:no reason", stage.press("recommendation.said", form={"state": "partly", "by": "-"})
    said = {"state": "partly", "by": "-", "text": _WHY}
    yield "recommendation.said:partly", stage.press("recommendation.said", form=said)
    yield "recommendation.open", stage.act("recommendation.open", {"fact": "osu-anb-4"})
    yield "recommendation.list", stage.act("recommendation.list")
    fact = recommendations.get(stage.session, programme_key, "osu-anb-4")
    step = recommendations.steps(stage.session, programme_key, fact.key)[-1]
    yield "recommendation:told", recommendation_notices.card(stage.session, stage.turn(), fact, step, stage.language)
    left = recommendations.without_state(stage.session, programme_key)
    yield "recommendation:reminder", recommendation_notices.reminder(left, stage.language)
