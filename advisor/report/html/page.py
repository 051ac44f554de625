"""A recommendation as one HTML file that needs nothing else: no network, no script."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import GroupRecommendation, Recommendation
from advisor.report.html import charts
from advisor.report.html.view import View, view
from advisor.report.people import worded
from advisor.report.plain import plain

_HERE = Path(__file__).parent


def render(result: Recommendation | GroupRecommendation, knowledge: Knowledge) -> str:
    """The page. Whatever comes from users, files or overlays is escaped; only http(s) addresses become links."""
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    shown, found = view(result, knowledge), worded(result, knowledge)[0]
    style = Markup((_HERE / "page.css").read_text(encoding="utf-8"))
    template = environment.get_template("page.html.j2")
    return plain(template.render(view=shown, result=found, style=style, **_charts(shown)))


def _charts(shown: View) -> dict[str, Markup]:
    names = [place.name for place in shown.places]
    return {
        "ranking_chart": Markup(charts.ranking(shown.places) if shown.places else ""),
        "shares_chart": Markup(charts.shares(shown.places) if shown.places else ""),
        "criteria_chart": Markup(charts.contributions(names, shown.criteria) if shown.criteria else ""),
        "speed_chart": Markup(charts.speed(names, shown.speed) if shown.speed else ""),
    }
