"""Text for Slack: what is escaped, where it is cut, and how numbers and dates are written."""

import math
import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.objectives.model import KeyResult, Status
from bot.views.text import (
    ago,
    bar,
    channel_link,
    code,
    cut,
    date_text,
    day_text,
    escape,
    escape_with_links,
    fit,
    link,
    mention,
    moment_text,
    number,
    one_line,
    percent,
    progress_text,
    status_text,
    value_text,
)

Z = "\u200b"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FAMILY = "👩‍👩‍👧‍👦"
FLAGS = "🇩🇪🇫🇷"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Plain words", "Plain words"),
        ("a & b < c > d", "a &amp; b &lt; c &gt; d"),
        ("<!channel> <@U1> <#C1>", "&lt;!channel&gt; &lt;@U1&gt; &lt;#C1&gt;"),
        ("&lt;!here&gt;", "&amp;lt;!here&amp;gt;"),
        ("*bold*", f"*{Z}bold{Z}*"),
        ("_under_ ~gone~", f"_{Z}under{Z}_ ~{Z}gone{Z}~"),
        ("`code`", f"`{Z}code`{Z}"),
        ("```block", f"`{Z}`{Z}`{Z}block"),
        ("snake_case_name", "snake_case_name"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("> quoted", f"{Z}&gt; quoted"),
        ("a\x00\x1bb\u202ec\ud800", "abc"),
        ("one\r\ntwo", "one\ntwo"),
    ],
)
def test_what_was_written_is_shown_and_formats_nothing(written: str, shown: str) -> None:
    assert escape(written) == shown


@given(st.text())
def test_escaped_text_holds_no_markup_and_reads_as_it_was_written(text: str) -> None:
    escaped = escape(text)
    assert "<" not in escaped
    assert ">" not in escaped
    read = escaped.replace(Z, "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    unseen = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
    if escaped != text:
        text = re.sub(unseen, "", text.replace("\r\n", "\n").replace("\r", "\n"))
    assert read == text.replace(Z, "")


@given(st.text(alphabet=st.sampled_from("ab &<>*_`~\n👩\u200d👧🇩\u0301")), st.integers(1, 60))
def test_fitted_text_keeps_its_limit_and_whole_entities(text: str, limit: int) -> None:
    fitted = fit(text, limit)
    assert len(fitted) <= limit
    assert not re.search(r"&(?!amp;|lt;|gt;)", fitted)


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("short", 5, "short"),
        ("longer", 5, "long…"),
        ("two words", 5, "two…"),
        (f"a{FAMILY}b", 5, "a…"),
        (f"{FLAGS}xyz", 5, "🇩🇪🇫🇷…"),
        (f"{FLAGS}xyz", 4, "🇩🇪…"),
        ("e\u0301e\u0301e\u0301", 4, "e\u0301…"),
        ("👍🏽👍🏽", 2, "…"),
        ("1\ufe0f\u20e3 2", 3, "…"),
        ("abc", 0, ""),
        ("abc", 1, "…"),
    ],
)
def test_a_text_is_cut_between_characters(text: str, limit: int, shown: str) -> None:
    assert cut(text, limit) == shown


@given(st.text(), st.integers(0, 40))
def test_a_cut_text_is_never_longer_than_its_limit(text: str, limit: int) -> None:
    assert len(cut(text, limit)) <= limit


def test_a_pile_of_combining_marks_is_cut_all_the_same() -> None:
    assert len(cut("a" + "\u0301" * 5000, 100)) == 100


def test_a_name_is_one_line() -> None:
    assert one_line("  Cut\n\tonboarding\u2028time\u202e \x07to  a day ") == "Cut onboarding time to a day"


@pytest.mark.parametrize(
    ("url", "label", "shown"),
    [
        ("https://a.example/1", "Name", "<https://a.example/1|Name>"),
        ("https://a.example/?a=1&b=2", "A & B", "<https://a.example/?a=1&amp;b=2|A &amp; B>"),
        ("https://a.example/|x>y", "a|b>c", "<https://a.example/%7Cx%3Ey|a¦b&gt;c>"),
        ("http://a.example", "two\nlines", "<http://a.example|two lines>"),
        ("javascript:alert(1)", "Name", "Name"),
        ("https://a.example/with space", "Name", "Name"),
        ("https://a.example/" + "x" * 3000, "Name", "Name"),
        ("", "<!here>", "&lt;!here&gt;"),
    ],
)
def test_a_link_goes_to_a_web_address_or_nowhere(url: str, label: str, shown: str) -> None:
    assert link(url, label) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("See https://a.example/x_y?a=1&b=2.", "See <https://a.example/x_y?a=1&amp;b=2>."),
        ("(http://a.example)", "(<http://a.example>)"),
        ("<https://a.example|Evil>", "&lt;<https://a.example>|Evil&gt;"),
        ("https://a.example/cut-off…", "https://a.example/cut-off…"),
        ("https://", "https://"),
        ("no address", "no address"),
    ],
)
def test_addresses_in_a_description_are_links(written: str, shown: str) -> None:
    assert escape_with_links(written) == shown


@given(st.text(alphabet=st.sampled_from("htps:/a.é<>|&*`\x00…\u200d !@#")) | st.text())
def test_links_in_a_description_are_links_to_the_web_and_nothing_else(text: str) -> None:
    shown = escape_with_links(f"x http://a{text}")
    assert re.sub(r"<https?://[^<>|\s]+>", "", shown).count("<") == 0


def test_a_line_to_be_copied_stays_as_it_is() -> None:
    assert code('/okr create "A & _B_" #x') == '`/okr create "A &amp; _B_" #x`'
    assert code("with ` tick") == f"with `{Z} tick"


def test_only_an_id_of_slack_becomes_a_mention() -> None:
    assert mention("U012AB3CD") == "<@U012AB3CD>"
    assert mention("U1|<!channel>") == "U1|&lt;!channel&gt;"


@pytest.mark.parametrize(
    ("progress", "shown"),
    [
        (0.62, "▰▰▰▰▰▰▱▱▱▱ 62 %"),
        (0.0, "▱▱▱▱▱▱▱▱▱▱ 0 %"),
        (-0.2, "▱▱▱▱▱▱▱▱▱▱ -20 %"),
        (1.0, "▰▰▰▰▰▰▰▰▰▰ 100 %"),
        (1.5, "▰▰▰▰▰▰▰▰▰▰ 150 %"),
        (0.999, "▰▰▰▰▰▰▰▰▰▱ 99 %"),
        (0.001, "▱▱▱▱▱▱▱▱▱▱ 1 %"),
        (0.3, "▰▰▰▱▱▱▱▱▱▱ 30 %"),
        (0.1 + 0.2, "▰▰▰▱▱▱▱▱▱▱ 30 %"),
        (0.7 + 0.1, "▰▰▰▰▰▰▰▰▱▱ 80 %"),
        (float("nan"), "▱▱▱▱▱▱▱▱▱▱ – %"),
        (float("inf"), "▰▰▰▰▰▰▰▰▰▰ – %"),
    ],
)
def test_progress_is_a_bar_and_a_true_number(progress: float, shown: str) -> None:
    assert progress_text(progress) == shown


@given(st.floats())
def test_any_progress_has_ten_cells_and_a_short_number(progress: float) -> None:
    assert len(bar(progress)) == 10
    assert len(percent(progress)) < 40


def test_every_status_has_a_sign_and_words() -> None:
    assert [status_text(status) for status in Status] == [
        "✓ done",
        "● on track",
        "▲ at risk",
        "■ behind",
        "○ no progress",
    ]


@pytest.mark.parametrize(
    ("format_", "value", "shown"),
    [
        ({"prefix": "€"}, 1200, "€1,200"),
        ({"prefix": "€", "fraction_digits": 2}, -1200.5, "-€1,200.50"),
        ({"suffix": "%"}, 40, "40 %"),
        ({"suffix": " min "}, 38.0, "38 min"),
        ({}, 0.1 + 0.2, "0.3"),
        ({"fraction_digits": 1}, 0.25, "0.2"),
        ({"fraction_digits": 99}, 1, "1.000000"),
        ({}, -0.001, "0"),
        ({}, 1e300, "1e+300"),
        ({}, math.inf, "–"),
        ({}, math.nan, "–"),
    ],
)
def test_a_value_has_its_unit_and_no_noise(format_: dict[str, str | int], value: float, shown: str) -> None:
    assert value_text(KeyResult("k", "K", **format_), value) == shown  # type: ignore[arg-type]


@given(st.floats(), st.integers(-5, 50))
def test_any_number_is_short(value: float, digits: int) -> None:
    assert 1 <= len(number(value, digits)) <= 40


def test_a_date_is_written_in_the_zone_of_its_reader() -> None:
    moment = datetime(2026, 10, 1, 1, 0, tzinfo=timezone(timedelta(hours=2)))
    assert date_text(moment) == "<!date^1790809200^{date_short}|30 Sep 2026>"
    assert day_text(moment) == "30 Sep"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "today"),
        (1, "yesterday"),
        (3, "3 days ago"),
        (13, "13 days ago"),
        (14, "2 weeks ago"),
        (60, "8 weeks ago"),
        (61, "2 months ago"),
        (364, "12 months ago"),
        (365, "1 year ago"),
        (-1, "tomorrow"),
        (-3, "in 3 days"),
    ],
)
def test_how_long_ago_is_said_in_calendar_days(days: int, said: str) -> None:
    assert ago(NOW - timedelta(days=days), NOW) == said


def test_a_moment_is_written_by_slack_and_in_utc_where_it_cannot() -> None:
    moment = datetime(2026, 11, 23, 10, 5, tzinfo=timezone(timedelta(hours=1)))
    assert moment_text(moment) == "<!date^1795424700^{date_short_pretty} at {time}|23 Nov 2026, 09:05 UTC>"


@pytest.mark.parametrize(
    ("channel_id", "shown"),
    [("C012AB3CD", "<#C012AB3CD>"), ("C1|x", "C1|x"), ("<!here>", "&lt;!here&gt;"), ("C1> <!here", "C1&gt; &lt;!here")],
)
def test_only_an_id_of_slack_becomes_a_channel(channel_id: str, shown: str) -> None:
    assert channel_link(channel_id) == shown
