"""Bad input, all of it: whatever is typed behind ``/okr`` is answered politely, and nothing is lost."""

import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.commands.base import File, Modal, Reply, Write
from bot.commands.outcomes import tell
from bot.commands.registry import PRESSED, TYPED, explain, form_of, run_line
from bot.errors import BotError, OkrApiUnavailable
from bot.objectives.plans import Outcome
from bot.objectives.service import Objectives
from bot.slack.answers import to_json
from bot.views.notices import sentence
from tests.blockcheck import by_limits, by_sdk
from tests.fakes.okr import GRACE, Q3, FakeApi, asker, make_objectives

NAMES = ("Grow", "Grow in the Nordics", "<!channel> *bold* & `code`", "Été 日本 🎉", "Closed one")
OBJECTIVE = "64b0c0ffee00000000000001"

words = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=" \t\n\"'“”„«»‘’#+-–—:@<>|&*_`~\\/()[]", max_size=40),
    st.sampled_from(
        [
            "#growth",
            "<#C1|growth>",
            "<#C1>",
            "-#growth",
            "+tag:x",
            "tag:",
            "owner:me",
            "owner:",
            "owner:@hopper",
            "owner:<@U0GRACE|grace>",
            "owner:<@U0NOBODY>",
            "onwer:me",
            'session:"Q4 2026"',
            "session:current",
            "session:all",
            "session:Q3",
            "status:behind",
            "status:nonsense",
            "sort:-progress",
            "sort:x",
            "team:Product",
            'name:"',
            'name:""',
            'name:"New name"',
            'description:"Why',
            "unknown:key",
            "Grow",
            "1",
            "#1",
            "999",
            "O-0001",
            "o–3f9c",
            OBJECTIVE,
            "f" * 24,
            f"<http://127.0.0.1:3000/#/goals/{OBJECTIVE}>",
            "<https://example.com|x>",
            "<mailto:a@b.c|a@b.c>",
            "<!channel>",
            "<!subteam^S1|@team>",
            "&lt;script&gt;",
            "\u202e",
            "\u200f",
            "\x00",
        ]
    ),
)
verbs = st.sampled_from([*(verb.name for verb in TYPED), "", "creat", "serach", "UPDATE", "Help"])
lines = st.one_of(
    st.text(max_size=200),
    st.builds(lambda verb, rest: f"{verb} {' '.join(rest)}", verbs, st.lists(words, max_size=6)),
)
pressed = st.builds(
    lambda verb, rest: f"{verb} {' '.join(rest)}",
    st.sampled_from([verb.name for verb in PRESSED] + ["again"]),
    st.lists(words, max_size=4),
)


def make_account() -> Objectives:
    api = FakeApi()
    for name in NAMES[:4]:
        api.add(name, tags=("growth",), description="Why " * 5)
    api.add(NAMES[4], owner=GRACE, session=Q3)
    return make_objectives(api)


def faults_of(kind: str, shown: object) -> list[str]:
    """What Slack would not take of a message's blocks, or of a form."""
    case = {"kind": kind, "obj": shown}
    return by_sdk(case) + by_limits(case)


def answer(objectives: Objectives, line: str, *, is_pressed: bool = False) -> str:
    """What a person gets, as Slack gets it. Only what is foreseen may be raised: all else is a bug."""
    try:
        found = run_line(asker(), line, objectives, is_pressed=is_pressed)
        if isinstance(found, Write):
            outcome = objectives.execution.carry_out(found.plan, is_first=True)
            found = tell(outcome, objectives) if isinstance(outcome, Outcome) else Reply(sentence("collided"))
        if isinstance(found, File):
            return "".join(found.rows)
        if isinstance(found, Modal):
            assert len(found.line) <= 2_000
            view = found.fill().to_dict()
            assert faults_of("modal", view) == []
            return json.dumps(view, ensure_ascii=False)
    except BotError as fault:
        found = Reply(explain(fault, retry_line=line))
    blocks = to_json(found.message.blocks)
    assert blocks
    assert faults_of("message", blocks) == []
    assert found.message.text.strip()
    return found.message.text + json.dumps(blocks, ensure_ascii=False)


many = settings(max_examples=300, suppress_health_check=list(HealthCheck))


@many
@given(lines)
@example("")
@example(" \n ")
@example("create " + "x" * 10_000)
@example("update 1 name:" + "x" * 10_000)
@example("search " + "word " * 2_000)
@example('update Grow description:"' + "long " * 1_000)
@example("show " + "🎉" * 3_000)
def test_any_text_at_all_is_answered_politely(line: str):
    said = answer(make_account(), line)
    assert "Traceback" not in said


@many
@given(pressed)
@example("page 99999999999999999999 #growth")
@example("again nothing")
@example("form nothing")
def test_any_button_at_all_is_answered_politely(line: str):
    assert answer(make_account(), line, is_pressed=True)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("create   ", "Create objective"),
        ('create "unbalanced name', "unbalanced name"),
        ("create ‘single’ — „low“ «french»", "single — low french"),
        ("create 🎉👩‍👩‍👧‍👦 done", "👩‍👩‍👧‍👦"),
        ("create נצח בשוק", "נצח בשוק"),
        ("search onwer:me", "/okr search owner:me"),
        ("search owner:@zzz", "There is no person or team"),
        ('search session:"Q9 1999"', "There is no session"),
        ("show Grow i", "Grow in the Nordics"),
        ("show <https://example.com/goals/x>", "That link does not lead to an objective"),
        ("show <mailto:ada@example.com|ada@example.com>", "No objective is called"),
        ("show 7", "There is no number 7"),
        ("show O-FFFF", "I have not shown any objective with the id O-FFFF"),
        (f"show {'f' * 24}", "does not exist any more"),
        ("show", "Which one do you mean?"),
        ('delete ""', "Which one do you mean?"),
        ("update", "Which one do you mean?"),
        ("show #growth", "No objective is called “#growth”"),
        ('create name:"Grow" wisely', "this is left over: wisely"),
        ("create <@U0GRACE>", "Grace Hopper"),
        ("create Help <@U0GRACE>", "Help @Grace Hopper"),
        ("update Closed name:x", "Only Grace Hopper or an admin can change this objective"),
        ("create Grow owner:hopper", "Several may be meant by"),
    ],
)
def test_what_is_wrong_is_said(line: str, said: str):
    assert said in answer(make_account(), line)


def test_a_line_longer_than_a_button_holds_comes_back_whole():
    objectives = make_objectives(FakeApi())
    form = form_of(asker(), f'create Grow description:"{"why " * 700}end"', objectives)
    assert len(form) < 100
    opened = run_line(asker(), form, objectives, is_pressed=True)
    assert isinstance(opened, Modal)
    assert "why why" in json.dumps(opened.fill().to_dict())


def test_a_query_longer_than_a_button_holds_is_tried_again_whole():
    api = FakeApi()
    api.add("why " * 600 + "end")
    objectives = make_objectives(api)
    objectives.directory.snapshot()
    api.fault = OkrApiUnavailable("Quantive cannot be reached. Try again in a few minutes.")
    failed = run_line(asker(), f"show {'why ' * 600}end", objectives)
    assert isinstance(failed, Reply)
    (again,) = (element["value"] for element in to_json(failed.message.blocks)[-1]["elements"])
    assert len(again) < 100
    api.fault = None
    assert next(iter(api.goals)) in answer(objectives, again, is_pressed=True)
