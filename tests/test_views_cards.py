"""One objective: what a card says, and which buttons it has for whom."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.objectives.model import Change, Consequences, KeyResult, Objective, Person
from bot.views.cards import delete_question, detail
from bot.views.key_results import reached
from bot.views.message import Message
from bot.views.outcomes import created, updated
from tests.sample_objectives import ADA, CUSTOMERS, GRACE, MARKETING, NOW, ONBOARDING, Q3, SETUP


def shown(message: Message) -> str:
    """All mrkdwn of a message, a text a line."""
    texts = []
    for block in (block.to_dict() for block in message.blocks):
        parts = [block.get("text"), *block.get("fields", []), *block.get("elements", [])]
        texts += [part["text"] for part in parts if part and isinstance(part.get("text"), str)]
    return "\n".join(texts)


def buttons(message: Message) -> list[tuple[str, str]]:
    """(label, action id and line) of every button and menu entry."""
    found = []
    for block in (block.to_dict() for block in message.blocks):
        for element in [*block.get("elements", []), *filter(None, [block.get("accessory")])]:
            for option in element.get("options", [element] if "value" in element else []):
                found.append((option["text"]["text"], f"{element['action_id']} {option['value']}"))
    return found


ID = ONBOARDING.id


def test_a_card_says_who_when_how_far_and_of_what() -> None:
    text = shown(detail(ONBOARDING, NOW))
    assert "*Owner*\nAda Lovelace" in text
    assert "*Session*\nQ4 2026 (1 Oct – 31 Dec, 38 days left)" in text
    assert "*Status*\n● on track" in text
    assert "*Progress*\n▰▰▰▰▰▰▱▱▱▱ 62 %, 58 % of the session has passed" in text
    assert "*Tags*\n#growth #onboarding" in text
    assert f"*Id*\nO-3F9C · <{ONBOARDING.url}|open in the web app>" in text
    assert (
        "▰▰▰▰▱▱▱▱▱▱ 40 %  Reach 100 customers — 40 of 100 customers · confidence 80 % · checked in 3 days ago\n"
        "▰▰▰▰▰▰▰▰▱▱ 84 %  Setup under 30 minutes — 38 min, from 90 to 30 · checked in yesterday" in text
    )
    assert "Created <!date^1791028800^{date_short}|3 Oct 2026>" in text


def test_the_words_of_a_card_are_the_whole_card() -> None:
    assert detail(ONBOARDING, NOW).text == (
        "Cut onboarding time to a day, 62 %, on track, Ada Lovelace, Q4 2026, O-3F9C\n"
        "Tags: #growth #onboarding\n"
        "So that customers sign up in a week and never call.\n"
        "Key result: Reach 100 customers, 40 %, 40 of 100 customers\n"
        "Key result: Setup under 30 minutes, 84 %, 38 min, from 90 to 30"
    )


def test_a_card_has_the_buttons_that_its_reader_may_press() -> None:
    show_only = [("Share here", f"run.1 share {ID}"), ("Copy id", f"menu.2 id {ID}")]
    assert buttons(detail(ONBOARDING, NOW, may_change=False)) == show_only
    assert buttons(detail(ONBOARDING, NOW)) == [
        ("Edit", f"run.0 update {ID}"),
        ("Share here", f"run.1 share {ID}"),
        ("Delete", f"menu.2 delete {ID}"),
        ("Copy id", f"menu.2 id {ID}"),
    ]


def test_a_private_objective_is_never_offered_for_sharing() -> None:
    private = replace(ONBOARDING, is_private=True)
    for message in (detail(private, NOW), created(private, NOW), updated(Change(ONBOARDING, private), NOW)):
        assert not [line for _, line in buttons(message) if " share " in line]
    assert "Private" in shown(detail(private, NOW))


def test_a_shared_card_names_its_sharer_and_can_only_be_shown() -> None:
    message = detail(ONBOARDING, NOW, shared_by="U012AB3CD")
    assert "Shared by <@U012AB3CD>" in shown(message)
    assert message.text.startswith("Shared by <@U012AB3CD>:\nCut onboarding")
    assert buttons(message) == [("Show", f"run.0 show {ID}")]


def test_buttons_say_which_objective_they_are_for() -> None:
    elements = detail(ONBOARDING, NOW).blocks[-1].to_dict()["elements"]
    assert [element.get("accessibility_label") for element in elements] == [
        "Edit Cut onboarding time to a day",
        "Share here: Cut onboarding time to a day",
        None,
    ]


def test_a_long_name_is_cut_in_the_heading_and_whole_below_it() -> None:
    blocks = [block.to_dict() for block in detail(replace(ONBOARDING, name="word " * 60), NOW).blocks]
    assert blocks[0]["text"]["text"].endswith("…")
    assert len(blocks[0]["text"]["text"]) <= 150
    assert blocks[1]["text"]["text"] == ("word " * 60).strip()


def test_a_long_description_ends_with_the_way_to_the_rest() -> None:
    text = shown(detail(replace(ONBOARDING, description="words & " * 1500), NOW))
    assert f"…\n<{ONBOARDING.url}|Read the whole description in the web app>" in text


def test_key_results_that_have_no_room_are_counted() -> None:
    many = tuple(replace(CUSTOMERS, id=str(number)) for number in range(50))
    text = shown(detail(replace(ONBOARDING, key_results=many), NOW))
    assert text.count("Reach 100 customers") == 35
    assert f"and 15 more, in the <{ONBOARDING.url}|web app>" in text


def test_no_key_results_are_said_and_unknown_ones_are_not() -> None:
    assert "None yet." in shown(detail(replace(ONBOARDING, key_results=()), NOW))
    assert "Key results" not in shown(detail(replace(ONBOARDING, key_results=None), NOW))


@pytest.mark.parametrize(
    ("key_result", "said"),
    [
        (CUSTOMERS, "40 of 100 customers"),
        (SETUP, "38 min, from 90 to 30"),
        (KeyResult("k", "K", 0, 2000, 1200.5, prefix="€", fraction_digits=2), "€1,200.50 of €2,000.00"),
        (KeyResult("k", "K", 10, 20, 15, prefix="€"), "€15, from €10 to €20"),
        (KeyResult("k", "K", 0, 100, 40, suffix="%"), "40 of 100 %"),
    ],
)
def test_how_far_a_key_result_is(key_result: KeyResult, said: str) -> None:
    assert reached(key_result) == said


@pytest.mark.parametrize(
    ("objective", "said"),
    [
        (replace(ONBOARDING, session=Q3), "Q3 2026 (1 Jul – 30 Sep, ended, closed)"),
        (replace(ONBOARDING, owners=()), "*Owner*\nnobody"),
        (replace(ONBOARDING, owners=(ADA, GRACE)), "*Owner*\nAda Lovelace, Grace Hopper"),
        (replace(ONBOARDING, owners=(replace(ADA, name="", email=""),)), "*Owner*\na1"),
        (replace(ONBOARDING, tags=()), "*Tags*\nnone"),
        (replace(ONBOARDING, short_id=""), f"*Id*\n{ID}"),
        (replace(ONBOARDING, name="\u200b"), "Untitled objective"),
        (
            replace(
                ONBOARDING,
                date_from=datetime(2026, 11, 1, tzinfo=UTC),
                date_to=datetime(2027, 1, 15, tzinfo=UTC),
            ),
            "*Dates*\n1 Nov 2026 – 15 Jan 2027",
        ),
    ],
)
def test_what_is_missing_or_unusual_is_said(objective: Objective, said: str) -> None:
    assert said in shown(detail(objective, NOW))


def test_a_session_counts_its_days_to_the_last() -> None:
    last = datetime(2026, 12, 31, 12, 0, tzinfo=UTC)
    before = datetime(2026, 9, 28, 12, 0, tzinfo=UTC)
    assert "last day" in shown(detail(ONBOARDING, last))
    assert "starts in 3 days" in shown(detail(ONBOARDING, before))


@pytest.mark.parametrize(
    ("consequences", "said"),
    [
        (
            Consequences(3, 14, (replace(ONBOARDING, name="A & B"), ONBOARDING)),
            "With it go 3 key results and 14 check-ins. "
            "2 aligned objectives lose their parent: “A &amp; B”, “Cut onboarding time to a day”.",
        ),
        (
            Consequences(1, 0, (ONBOARDING,)),
            "With it goes 1 key result. 1 aligned objective loses its parent: “Cut onboarding time to a day”.",
        ),
        (Consequences(1, 0, (replace(ONBOARDING, name="x" * 999),) * 999), f"“{'x' * 79}…” and 996 more."),
        (Consequences(1, 1, ()), "With it go 1 key result and 1 check-in.\nYou can bring it back"),
        (
            Consequences(0, 0, None),
            "It has no key results. Whether other objectives are aligned to it could not be found",
        ),
        (Consequences(0, 0, (), 1), "It has no key results. 1 channel follows it."),
        (Consequences(0, 0, (ONBOARDING,), 3), "day”. 3 channels follow it."),
        (Consequences(0, 0, (), None), "It has no key results. Whether channels follow it could not be found out."),
        (Consequences(0, 0, None, None), "Whether other objectives are aligned to it or channels follow it could not"),
        (Consequences(0, 0, ()), "It has no key results.\nYou can bring it back for 30 days."),
    ],
)
def test_a_delete_is_asked_with_what_goes_with_it(consequences: Consequences, said: str) -> None:
    message = delete_question(ONBOARDING, consequences, NOW, delete_line=f"confirm-delete {ID} f1")
    assert said in shown(message)
    assert said in message.text
    assert buttons(message) == [("Delete", f"swap.0 confirm-delete {ID} f1"), ("Keep it", f"swap.1 keep {ID}")]
    assert message.blocks[-1].to_dict()["elements"][0]["style"] == "danger"


@pytest.mark.parametrize(
    ("owners", "reader_id", "said"),
    [
        ((ADA, GRACE), ADA.id, "Grace Hopper owns it too.\n"),
        ((ADA, GRACE), GRACE.id, "Ada Lovelace owns it too.\n"),
        ((ADA, GRACE, MARKETING), ADA.id, "Grace Hopper and Marketing own it too.\n"),
        ((ADA, GRACE, MARKETING), "", "Grace Hopper and Marketing own it too.\n"),
        ((ADA, GRACE), "somebody else", "Ada Lovelace and Grace Hopper own it.\n"),
        ((ADA,) * 5, "somebody else", "Ada Lovelace, Ada Lovelace and 3 more own it.\n"),
        ((replace(ADA, name="<!channel>"),), "somebody else", "&lt;!channel&gt; owns it.\n"),
    ],
)
def test_a_delete_is_asked_with_who_else_owns_it(owners: tuple[Person, ...], reader_id: str, said: str) -> None:
    message = delete_question(
        replace(ONBOARDING, owners=owners),
        Consequences(0, 0, ()),
        NOW,
        delete_line="confirm-delete",
        reader_id=reader_id,
    )
    assert f"It has no key results. {said}You can bring it back" in shown(message)
    assert said in message.text


@pytest.mark.parametrize(("owners", "reader_id"), [((ADA,), ADA.id), ((ADA,), ""), ((), ADA.id)])
def test_a_delete_is_asked_without_owners_where_there_is_no_other(owners: tuple[Person, ...], reader_id: str) -> None:
    message = delete_question(
        replace(ONBOARDING, owners=owners),
        Consequences(0, 0, ()),
        NOW,
        delete_line="confirm-delete",
        reader_id=reader_id,
    )
    assert "It has no key results.\nYou can" in shown(message)
