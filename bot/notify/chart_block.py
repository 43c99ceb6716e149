"""Slack's chart block, which slack_sdk does not know. https://docs.slack.dev/reference/block-kit/blocks"""

from typing import Any

from slack_sdk.models.blocks import Block

from bot.notify.chart import Chart
from bot.views.text import cut

TYPE = "data_visualization"


class ChartBlock(Block):
    """The bars of a chart, as a block among others."""

    type = TYPE

    def __init__(self, chart: Chart) -> None:
        super().__init__(type=TYPE)
        self.chart = chart

    def to_dict(self, *args: Any) -> dict[str, Any]:
        """As Slack wants it."""
        chart = self.chart
        series = [
            {
                "name": one.name,
                "data": [
                    {"label": label, "value": value} for label, value in zip(chart.categories, one.values, strict=True)
                ],
            }
            for one in chart.series
        ]
        axes = {"categories": list(chart.categories), "y_label": cut(chart.unit, 50)}
        drawing = {"type": "bar", "series": series, "axis_config": axes}
        return {"type": TYPE, "title": cut(chart.title, 50), "chart": drawing}
