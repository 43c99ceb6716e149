"""What becomes of what somebody sent off: decided, carried out and told, as JSON from step to step."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.commands.base import Posted, Reply
from bot.errors import OkrApiBusy, OkrApiRefused, OkrApiUnavailable
from bot.jobs import Jobs
from bot.objectives.execution import undo_key
from bot.objectives.model import Asker, Draft, KeyResult
from bot.slack import telling
from bot.slack.answers import Word
from bot.slack.places import Place
from bot.slack.telling import remember_origin
from bot.store.seal import Seal
from bot.views.forms import Form
from bot.views.message import Message
from tests.fakes.okr import ADA, NOW, Q4, FakeApi, asker, make_objectives
from tests.world import elements_in

URL = "https://hooks.slack.com/commands/T0TEAM/1/secret"


class Listener:
    """``bot.slack.answers.Answers`` that only listen: what was said, and where. ``is_down``: nobody is reached.

    ``standing`` is what is there to be read in the end, as Slack has it: by the address or the timestamp at which it
    can be changed, or else by a number.
    """

    def __init__(self) -> None:
        self.said: list[tuple[Place, Reply]] = []
        self.standing: dict[str, str] = {}
        self.is_down = False

    def reply(self, place: Place, reply: Reply, *, insists: bool = False) -> bool:
        if not self.is_down:
            self.said.append((place, reply))
            self._put(place, reply.message)
        return not self.is_down

    send = reply

    def respond(self, place: Place, message: Message) -> Posted:
        self._put(place, message)
        return Posted.DONE

    def write(self, asker: Asker, message: Message) -> Word | None:
        word = Word("D0ADA", f"{len(self.standing)}.1")
        self.standing[word.ts] = message.text
        return word

    def change(self, place: Place, word: Word, message: Message) -> Posted:
        assert word.ts in self.standing
        return Posted.DONE if self.reply(Place(place.asker, word.ts, swaps=True), Reply(message)) else Posted.LATER

    def take_back(self, place: Place, word: Word) -> Posted:
        if self.is_down:
            return Posted.LATER
        return Posted.REFUSED if self.standing.pop(word.ts or place.response_url, None) is None else Posted.DONE

    def _put(self, place: Place, message: Message) -> None:
        self.standing[place.response_url if place.swaps else f"no. {len(self.standing)}"] = message.text

    @property
    def text(self) -> str:
        return self.said[-1][1].message.text

    @property
    def place(self) -> Place:
        return self.said[-1][0]

    def line(self, label: str) -> str:
        """The line of the last message's button."""
        blocks = [block if isinstance(block, dict) else block.to_dict() for block in self.said[-1][1].message.blocks]
        return next(str(one["value"]) for one in elements_in(blocks) if one["text"]["text"] == label)


class Office:
    """Jobs on a fake account, with a clock that is set."""

    def __init__(self) -> None:
        self.now = NOW
        self.api = FakeApi()
        self.objectives = make_objectives(self.api)
        self.answers = Listener()
        self.announced = 0
        answers: Any = self.answers
        self.jobs = Jobs(
            self.objectives, answers, Seal(b"x" * 32), service="Quantive", announce=self.announce, clock=self.clock
        )

    def clock(self) -> datetime:
        return self.now

    def announce(self) -> None:
        self.announced += 1

    def line(self, text: str, *, is_pressed: bool = False, trigger: str = "1.2.3") -> dict[str, Any]:
        place = Place(asker(), response_url=URL, trigger_id=trigger, swaps=not is_pressed)
        return _through_json(self.jobs.of_line(place, text, is_pressed=is_pressed))

    def form(self, name: str, objective_id: str = "", view_id: str = "V1") -> dict[str, Any]:
        draft = Draft(name, Q4.id, ADA.id, ("growth",), "Why")
        place = Place(asker(), trigger_id="1.2.3", view_id=view_id)
        return _through_json(self.jobs.of_form(place, draft, Form("C0GENERAL", objective_id)))

    def finish(self, job: dict[str, Any], *, is_first: bool = True) -> dict[str, Any]:
        """All of it, each step from what the one before left in the database; what telling came to."""
        came = _through_json(self.jobs.decide(job))
        if "plan" in came:
            came = _through_json(self.jobs.carry_out(job, came["plan"], is_first))
        return self.jobs.tell(job, came["tell"])


def _through_json(kept: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(kept))
    return found


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(telling, "PATIENCE", 2.0)
    return Office()


# Making


def test_a_line_is_named_by_its_trigger_and_a_form_by_its_view(office: Office):
    assert office.line("create Grow")["id"] == "T0TEAM:1.2.3"
    assert office.form("Grow")["id"] == "T0TEAM:V1"


def test_where_to_answer_is_sealed(office: Office):
    job = office.line("create Grow")
    assert "secret" not in json.dumps(job)
    office.finish(job)
    assert office.answers.place.response_url == URL


# From the wish to the word


def test_a_line_that_creates_is_decided_carried_out_recorded_announced_and_told(office: Office):
    assert office.finish(office.line("create Grow #growth")) == {}
    assert office.answers.text.startswith("Created Grow")
    (made,) = office.api.goals.values()
    entry = office.objectives.record.get("T0TEAM", "T0TEAM:1.2.3")
    assert entry is not None and entry.after is not None
    assert (entry.after.id, entry.way, entry.channel_id) == (made.id, "command", "C0GENERAL")
    assert office.announced == 1


def test_a_form_that_creates_is_recorded_as_one(office: Office):
    office.finish(office.form("Grow"))
    entry = office.objectives.record.get("T0TEAM", "T0TEAM:V1")
    assert entry is not None and entry.after is not None
    assert (entry.way, entry.after.name, entry.after.description) == ("form", "Grow", "Why")


def test_what_was_carried_out_already_is_told_as_it_was_and_not_done_again(office: Office):
    job = office.line("create Grow")
    plan = office.jobs.decide(job)["plan"]
    first = _through_json(office.jobs.carry_out(job, plan, is_first=True))
    calls = list(office.api.calls)
    assert _through_json(office.jobs.carry_out(job, plan, is_first=False)) == first
    assert (office.api.calls, len(office.api.goals)) == (calls, 1)


def test_what_changes_nothing_is_decided_and_told_in_two_steps_too(office: Office):
    office.api.add("Grow")
    came = _through_json(office.jobs.decide(office.line("update Grow name:Grow")))
    assert office.answers.said == []
    assert office.jobs.tell(office.line("update Grow name:Grow"), came["tell"]) == {}
    assert office.answers.text.startswith("Nothing changed in Grow")
    assert office.announced == 0


@pytest.mark.parametrize("heard", ["at once", "at the next try", "never"])
def test_a_deletion_that_waited_is_recorded_with_what_it_really_deleted(office: Office, heard: str):
    goal_id = office.api.add("Grow")
    job = office.line(f"confirm-delete {goal_id}", is_pressed=True)
    decided = _through_json(office.jobs.decide(job))
    grown = replace(office.api.goals[goal_id], name="Grown", key_results=(KeyResult("k", "Reach 100", actual=40),))
    office.api.goals[goal_id] = grown
    if heard != "at once":
        # A try that waited looks first, and what it saw is kept, so that the next one can tell.
        decided = _through_json(office.jobs.renew(job, decided["plan"]))
    if heard == "never":
        office.api.delete(goal_id)
    told = _through_json(office.jobs.carry_out(job, decided["plan"], False))
    assert "outcome" in told["tell"] and not office.api.goals
    entry = office.objectives.record.get("T0TEAM", job["id"])
    assert entry and entry.before and entry.snapshot
    assert (entry.before.name, entry.before.key_results) == ("Grown", grown.key_results)
    assert entry.snapshot == {"id": goal_id, "name": "Grown", "aligned": []}


# What goes wrong


@pytest.mark.parametrize(
    ("fault", "is_ambiguous"),
    [
        (OkrApiUnavailable("Quantive cannot be reached."), False),
        (OkrApiUnavailable("Quantive broke the connection off.", ambiguous=True), True),
        (OkrApiUnavailable("Quantive did not answer in time.", ambiguous=True, is_pending=True), True),
        (OkrApiBusy("Quantive is being asked too often.", retry_after=1), False),
    ],
    ids=["away", "dropped", "late", "busy"],
)
def test_an_api_that_is_away_is_asked_again(office: Office, fault: OkrApiUnavailable, is_ambiguous: bool):
    job = office.line("create Grow")
    plan = office.jobs.decide(job)["plan"]
    office.api.fault = fault
    assert office.jobs.carry_out(job, plan, is_first=True) == {
        "again": str(fault),
        "is_ambiguous": is_ambiguous,
        "is_pending": fault.is_pending,
    }


def test_a_decision_that_needs_the_api_waits_for_it(office: Office):
    office.api.add("Grow")
    office.objectives.directory.snapshot()
    office.api.fault = OkrApiUnavailable("Quantive cannot be reached.")
    assert office.jobs.decide(office.line("update Grow +#x"))["again"] == "Quantive cannot be reached."
    office.api.fault = None
    assert "plan" in office.jobs.decide(office.line("update Grow +#x"))


def test_a_plan_that_the_api_does_not_let_be_renewed_waits_or_is_carried_out_as_it_is(office: Office):
    job = office.line(f"confirm-delete {office.api.add('Grow')}", is_pressed=True)
    plan = office.jobs.decide(job)["plan"]
    office.api.fault = OkrApiUnavailable("Quantive cannot be reached.")
    assert office.jobs.renew(job, plan) == {"again": "Quantive cannot be reached."}
    office.api.fault = OkrApiRefused("Quantive refused this: odd.", status=400)
    assert office.jobs.renew(job, plan) == {"plan": plan}


def test_a_refused_line_is_told_and_resumes_with_what_was_typed(office: Office):
    job = office.line('create Grow #growth description:"Why"')
    plan = office.jobs.decide(job)["plan"]
    office.api.fault = OkrApiRefused("Quantive refused this: odd.", status=400)
    told = office.jobs.carry_out(job, plan, is_first=True)["tell"]
    assert told == {"refused": "Quantive refused this: odd."}
    office.jobs.tell(job, told)
    assert "Quantive refused this: odd." in office.answers.text
    assert office.answers.line("Resume") == 'new Grow #growth description:"Why"'


def test_a_refused_form_is_kept_as_it_was_typed(office: Office):
    job = office.form("Grow")
    plan = office.jobs.decide(job)["plan"]
    office.api.fault = OkrApiRefused("Quantive refused this: odd.", status=400)
    office.jobs.tell(job, office.jobs.carry_out(job, plan, is_first=True)["tell"])
    verb, kept = office.answers.line("Resume").split(" ")
    form = office.objectives.memory.form("T0TEAM", "U0ADA", kept)
    assert verb == "form" and form is not None
    assert (form["draft"]["name"], form["draft"]["description"]) == ("Grow", "Why")


def test_what_somebody_may_not_is_told_and_not_tried_again(office: Office):
    office.api.add("Grow", owner=ADA)
    place = Place(Asker("T0TEAM", "U0GRACE", "C0GENERAL"), response_url=URL, trigger_id="1")
    came = office.jobs.decide(office.jobs.of_line(place, "update Grow +#x", is_pressed=False))
    assert "Only Ada Lovelace or an admin" in came["tell"]["reply"]["text"]


def test_a_bug_is_told_by_a_reference_and_its_text_goes_nowhere(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def broken(*_sent: object, **_options: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(office.objectives.execution, "carry_out", broken)
    job = office.line("create Grow")
    told = office.jobs.carry_out(job, office.jobs.decide(job)["plan"], is_first=True)["tell"]
    office.jobs.tell(job, told)
    assert told["bug"] in office.answers.text.replace("\u200b", "")
    assert "Look first whether it was done all the same" in office.answers.text
    assert office.answers.line("Resume") == "new Grow"
    assert told["bug"] in caplog.text
    assert "secret detail" not in caplog.text + office.answers.text + json.dumps(told)


@pytest.mark.parametrize(
    "fault",
    [
        OperationalError("insert", {}, Exception("database is locked")),
        InternalError("insert", {}, Exception("cannot execute INSERT in a read-only transaction")),
        InterfaceError("insert", {}, Exception("the connection is closed")),
        PoolTimeout("QueuePool limit of size 20 overflow 20 reached"),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_what_a_database_in_trouble_could_not_note_is_noted_by_the_next_try(
    office: Office, monkeypatch: pytest.MonkeyPatch, fault: Exception
):
    def busy(*_sent: object) -> None:
        raise fault

    job = office.line("create Grow")
    plan = office.jobs.decide(job)["plan"]
    with monkeypatch.context() as patch:
        patch.setattr(office.objectives.record, "add", busy)
        assert office.jobs.carry_out(job, plan, is_first=True)["again"] == "The bot's database is busy."
    assert "outcome" in office.jobs.carry_out(job, plan, is_first=False)["tell"]
    assert [one.name for one in office.api.goals.values()] == ["Grow"]


@pytest.mark.parametrize(("fault", "kind"), [(OkrApiRefused("Odd."), "refused"), (ValueError("A bug."), "bug")])
def test_nobody_else_undoes_what_is_tried_again_and_anybody_what_was_given_up(
    fault: Exception, kind: str, office: Office, monkeypatch: pytest.MonkeyPatch
):
    created = office.line("create Grow")
    office.jobs.carry_out(created, office.jobs.decide(created)["plan"], is_first=True)
    job = office.line("undo")
    plan = office.jobs.decide(job)["plan"]

    def is_free() -> bool:
        return office.objectives.record.claim(job["team"], undo_key(plan["undoes"]), "another submission")

    def fail(fault: Exception) -> dict[str, Any]:
        def delete(_objective_id: str) -> bool:
            raise fault

        with monkeypatch.context() as patch:
            patch.setattr(office.api, "delete", delete)
            return office.jobs.carry_out(job, plan, is_first=True)

    assert "again" in fail(OperationalError("update", {}, Exception("database is locked")))
    assert not is_free()
    assert "again" in fail(OkrApiUnavailable("Away."))
    assert not is_free()
    assert kind in fail(fault)["tell"]
    assert is_free()


def test_what_cannot_be_told_as_it_is_is_told_as_a_bug(office: Office, caplog: pytest.LogCaptureFixture):
    assert office.jobs.tell(office.line("create Grow"), {"outcome": {"from": "another version"}}) == {}
    assert "Something went wrong in the bot" in office.answers.text
    assert "Bug " in caplog.text


@pytest.mark.parametrize(
    ("is_planned", "is_ambiguous", "said"),
    [
        (True, True, "Whether anything was changed is not known"),
        (True, False, "Nothing was changed."),
        (False, True, "Nothing was changed."),
        (False, False, "Nothing was changed."),
    ],
)
def test_what_is_given_back_says_whether_it_may_have_been_done(
    office: Office, is_planned: bool, is_ambiguous: bool, said: str
):
    job = office.line("create Grow")
    plan = office.jobs.decide(job)["plan"] if is_planned else None
    told = office.jobs.give_back(job, plan, "Quantive cannot be reached.", is_ambiguous)["tell"]
    office.jobs.tell(job, told)
    assert f"I tried for a day and could not finish this. {said}" in office.answers.text
    assert "Quantive cannot be reached." in office.answers.text
    assert office.answers.line("Resume") == "new Grow"


def test_what_is_given_back_is_told_also_where_the_database_does_not_let_go_of_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    def busy(*_sent: object) -> None:
        raise OperationalError("delete", {}, Exception("database is locked"))

    office.finish(office.line("create Grow", trigger="1"))
    job = office.line("undo", trigger="2")
    plan = office.jobs.decide(job)["plan"]
    monkeypatch.setattr(office.objectives.record, "release", busy)
    office.jobs.tell(job, office.jobs.give_back(job, plan, "Quantive cannot be reached.", False)["tell"])
    assert "I tried for a day and could not finish this. Nothing was changed." in office.answers.text


def test_a_bug_in_an_undo_leaves_the_change_to_be_undone(office: Office, monkeypatch: pytest.MonkeyPatch):
    office.finish(office.line("create Grow", trigger="1"))
    undo = office.line("undo", trigger="2")
    plan = office.jobs.decide(undo)["plan"]

    def broken(*_sent: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(office.api, "delete", broken)
        assert "bug" in office.jobs.carry_out(undo, plan, is_first=True)["tell"]
    office.finish(office.line("undo", trigger="3"))
    assert office.answers.text.startswith("Creation undone: Grow")


# Where it is told


def test_while_slack_is_down_nothing_is_told_and_it_is_to_be_told_again(office: Office):
    job = office.line("create Grow")
    office.answers.is_down = True
    assert office.finish(job) == {"again": "Slack cannot be reached.", "word": None}
    office.answers.is_down = False
    entry = office.objectives.record.get("T0TEAM", job["id"])
    assert entry is not None


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(0, ("C0GENERAL", URL)), (28, ("C0GENERAL", URL)), (30, ("", "")), (60 * 24, ("", ""))],
    ids=["at once", "28 minutes", "30 minutes", "a day"],
)
def test_it_is_told_where_the_person_was_and_after_half_an_hour_to_them_alone(
    office: Office, minutes: int, expected: tuple[str, str]
):
    job = office.line("create Grow")
    came = office.jobs.decide(job)
    told = office.jobs.carry_out(job, came["plan"], is_first=True)["tell"]
    office.now += timedelta(minutes=minutes)
    office.jobs.tell(job, told)
    place = office.answers.place
    assert (place.asker.channel_id, place.response_url) == expected
    assert place.asker.user_id == "U0ADA"


def test_a_forms_result_comes_in_its_channel_where_nobody_knows_how_it_was_asked_for(office: Office):
    office.finish(office.form("Grow"))
    assert (office.answers.place.response_url, office.answers.place.asker.channel_id) == ("", "C0GENERAL")


def typed(office: Office, *, swaps: bool = True, channel: str = "C0GENERAL") -> dict[str, Any]:
    place = Place(Asker("T0TEAM", "U0ADA", channel), response_url=URL, trigger_id="1.2.3", swaps=swaps)
    return _through_json(office.jobs.of_line(place, "create Grow", is_pressed=not swaps))


def sent_off(office: Office, *, swaps: bool, minutes: int = 0) -> dict[str, Any]:
    asked = Place(asker(), response_url=URL, swaps=swaps)
    remember_origin(office.objectives.memory, asked, "V1", office.now - timedelta(minutes=minutes))
    return office.form("Grow")


ORIGINS: dict[str, tuple[Callable[[Office], dict[str, Any]], bool]] = {
    "a command": (typed, True),
    "a command in the bot's own conversation": (lambda office: typed(office, channel="D0ADA"), True),
    "a button whose message is replaced": (typed, True),
    "another button": (lambda office: typed(office, swaps=False), False),
    "another button in the bot's own conversation": (lambda o: typed(o, swaps=False, channel="D0ADA"), False),
    "a form from a command": (lambda office: sent_off(office, swaps=True), True),
    "a form from a command long ago": (lambda office: sent_off(office, swaps=True, minutes=20), True),
    "a form from another button": (lambda office: sent_off(office, swaps=False), False),
    "a form from nobody knows where": (lambda office: office.form("Grow"), False),
}
"""By the way in which something is asked for, and whether the word that it waits can be said where the result comes."""


@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize("origin", ORIGINS)
def test_of_what_had_to_wait_only_the_result_stands_there_in_the_end(office: Office, origin: str, is_late: bool):
    ask, is_here = ORIGINS[origin]
    job = ask(office)
    job["word"] = office.jobs.pause(job, 5)
    assert list(office.answers.standing) == [URL if is_here else "0.1"]
    assert "Accepted. Quantive is not answering yet" in next(iter(office.answers.standing.values()))
    if is_late:
        office.now += timedelta(minutes=28, seconds=40)
        job = _through_json(job | {"word": office.jobs.pause(job, 30)})
        assert list(office.answers.standing) == ["0.1"]
        office.now += timedelta(minutes=10)
        office.objectives.memory.forms.pop("origin V1", None)  # type: ignore[attr-defined]
    # Slack is not reached at the first attempt.
    office.answers.is_down = True
    assert office.finish(job)["word"] == job["word"]
    office.answers.is_down = False
    assert office.finish(job) == {}
    ((where, stands),) = office.answers.standing.items()
    assert stands.startswith("Created Grow")
    becomes_it = is_late or (job["channel"] == "D0ADA" and not is_here)
    assert where == ("0.1" if becomes_it else URL if is_here else "no. 0")


def test_a_word_said_by_a_process_that_was_killed_before_it_could_hand_it_on_is_known_to_the_next(office: Office):
    job = sent_off(office, swaps=False)
    office.jobs.pause(job, 5)
    office.now += timedelta(seconds=10)
    office.jobs.watch(job)
    assert office.jobs.pause(job, 5) == {"channel_id": "D0ADA", "ts": "0.1", "stays": False}
    assert office.finish(job) == {}
    assert [text[:12] for text in office.answers.standing.values()] == ["Created Grow"]


def test_where_nobody_can_read_how_it_was_asked_for_it_is_told_all_the_same(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    job = sent_off(office, swaps=True)
    office.now += timedelta(seconds=10)

    def locked(*_asked: str) -> str:
        raise OperationalError("select", {}, Exception("database is locked"))

    monkeypatch.setattr(office.objectives.memory, "origin", locked)
    assert office.finish(job) == {}
    assert office.answers.text.startswith("Created Grow")


def test_a_direct_message_says_what_it_is_that_waits(office: Office):
    office.jobs.pause(sent_off(office, swaps=False), 5)
    assert office.answers.standing["0.1"].endswith("\nGrow")


def test_what_is_told_to_everybody_takes_the_word_away(office: Office):
    job = office.line("create Grow")
    job["word"] = office.jobs.pause(job, 5)
    office.jobs.tell(job, {"reply": {"text": "Shared", "blocks": [], "in_channel": True}})
    assert list(office.answers.standing.values()) == ["Shared"]
