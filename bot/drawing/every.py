"""Any picture, drawn as its kind is."""

from bot.drawing import boards, organisations, plans
from bot.drawing.paper import Paper
from dialogs.charts import Board, Chart, Plan


def draw(chart: Chart, paper: Paper) -> str:
    """The picture as SVG."""
    match chart:
        case Plan():
            return plans.draw(chart, paper)
        case Board():
            return boards.draw(chart, paper)
    return organisations.draw(chart, paper)
