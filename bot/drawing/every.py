"""Any picture, drawn as its kind is."""

from bot.drawing import boards, organisations, plans, statuses
from bot.drawing.paper import Paper
from dialogs.charts import Board, Chart, Plan
from dialogs.status_charts import Statuses


def draw(chart: Chart, paper: Paper) -> str:
    """The picture as SVG."""
    match chart:
        case Plan():
            return plans.draw(chart, paper)
        case Board():
            return boards.draw(chart, paper)
        case Statuses():
            return statuses.draw(chart, paper)
    return organisations.draw(chart, paper)
