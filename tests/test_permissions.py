"""Who may do what: every verb, button, form and picker, for every kind of person, on every kind of objective."""

import json
import re
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from slack_sdk.signature import SignatureVerifier

from bot.app import Bot
from bot.commands import create, update
from bot.commands.base import Answer, File, Modal, Post, Posted, Reply, Write
from bot.commands.drafts import pack
from bot.commands.registry import _PRESSED, PRESSED, TYPED, run_line
from bot.commands.subscription_change import save as save_subscription
from bot.commands.subscription_form import keep as keep_subscription
from bot.embedded.workspace.people import TEAM_ID
from bot.errors import BotError, NotFound
from bot.notify.attention import Tracked
from bot.objectives.directory import Directory
from bot.objectives.model import Asker, Draft, Objective, Patch, Person, Session
from bot.objectives.people import RECENT, People
from bot.objectives.plans import Act, Entry, Outcome, Submission
from bot.objectives.ports import Profile, Wanted
from bot.objectives.query import Criteria
from bot.objectives.rules import apply_patch, draft_of
from bot.objectives.search import Search
from bot.objectives.service import Objectives
from bot.objectives.subscriptions import Subscription
from bot.slack.answers import to_json
from bot.slack.profiles import read_profile
from bot.views.forms import Form
from bot.views.message import Message
from bot.views.subscription_form import SAVE as SAVE_SUBSCRIPTION
from bot.views.subscription_form import SubscriptionFields
from bot.web import Server, make_web
from tests.durable import finish, let_nothing_through, look, short_waits
from tests.fakes.okr import NOW, Q3, Q4, FakeApi, FakeFollows, FakeMemory, FakeProfiles, FakeRecord
from tests.fakes.quantive import FakeQuantive
from tests.made_digests import make_digest
from tests.world import World, elements_in, free_port, words_in

TABLE = """
                              public       private      foreign      locked       closed       deleted
                              o2tmau ghsdb o2tmau ghsdb o2tmau ghsdb o2tmau ghsdb o2tmau ghsdb o2tmau ghsdb

(bare)                        ..---N !!!!! ..---N !!!!! -----N !!!!! -----N !!!!! -----N !!!!! -----N !!!!!
mine                          ..---N !!!!! ..---N !!!!! -----N !!!!! -----N !!!!! -----N !!!!! -----N !!!!!
search                        ...... !!!!! ...-.- !!!!! ----.- !!!!! ...... !!!!! ...... !!!!! ------ !!!!!
page                          ...... !!!!! ...-.- !!!!! ----.- !!!!! ...... !!!!! ...... !!!!! ------ !!!!!
share-list                    CCCCCC !!!!! ------ !!!!! ------ !!!!! CCCCCC !!!!! CCCCCC !!!!! ------ !!!!!
narrow                        FFFFFF !!!!! FFFFFF !!!!! FFFFFF !!!!! FFFFFF !!!!! FFFFFF !!!!! FFFFFF !!!!!
help                          iiiiii !!!!! iiiiii !!!!! iiiiii !!!!! iiiiii !!!!! iiiiii !!!!! iiiiii !!!!!

show                          ...... !!!!! ...-.- !!!!! ----.- !!!!! ...... !!!!! ...... !!!!! ------ !!!!!
show name                     ...... !!!!! ...-.- !!!!! ----.- !!!!! ...... !!!!! ...... !!!!! ------ !!!!!
id                            ...... !!!!! ...-.- !!!!! ----.- !!!!! ...... !!!!! ...... !!!!! ------ !!!!!
leave                         ...... !!!!! ...-.- !!!!! ----.- !!!!! ...... !!!!! ...... !!!!! ------ !!!!!
keep                          ...... !!!!! ...-.- !!!!! ----.- !!!!! ...... !!!!! ...... !!!!! ------ !!!!!
share                         CCCCCC !!!!! PPP-P- !!!!! ----P- !!!!! CCCCCC !!!!! CCCCCC !!!!! ------ !!!!!

create                        WWWWWN !!!!! WWWWWN !!!!! WWWWWN !!!!! fffffN !!!!! fffffN !!!!! WWWWWN !!!!!
create other                  ffffWN !!!!! ffffWN !!!!! ffffWN !!!!! ffffff !!!!! ffffff !!!!! ffffWN !!!!!
create team                   ffWfWN !!!!! ffWfWN !!!!! ffWfWN !!!!! ffffff !!!!! ffffff !!!!! ffWfWN !!!!!
new                           FFFFFN !!!!! FFFFFN !!!!! FFFFFN !!!!! FFFFFN !!!!! FFFFFN !!!!! FFFFFN !!!!!
form create                   FFFFFF !!!!! FFFFFF !!!!! FFFFFF !!!!! FFFFFF !!!!! FFFFFF !!!!! FFFFFF !!!!!
+create                       WWWWWN !!!!! WWWWWN !!!!! WWWWWN !!!!! SSSSSS !!!!! SSSSSS !!!!! WWWWWN !!!!!
+create other                 XXXXWN !!!!! XXXXWN !!!!! XXXXWN !!!!! SSSSSS !!!!! SSSSSS !!!!! XXXXWN !!!!!
+create team                  XXWXWN !!!!! XXWXWN !!!!! XXWXWN !!!!! SSSSSS !!!!! SSSSSS !!!!! XXWXWN !!!!!

update                        WWWXWX !!!!! WWW-W- !!!!! ----W- !!!!! SSSXSX !!!!! SSSXSX !!!!! ------ !!!!!
update form                   FFFXFX !!!!! FFF-F- !!!!! ----F- !!!!! SSSXSX !!!!! SSSXSX !!!!! ------ !!!!!
edit                          FFFXFX !!!!! FFF-F- !!!!! ----F- !!!!! SSSXSX !!!!! SSSXSX !!!!! ------ !!!!!
form edit                     FFFXFX !!!!! FFF-F- !!!!! ----F- !!!!! SSSXSX !!!!! SSSXSX !!!!! ------ !!!!!
+edit                         WWWXWX !!!!! WWW-W- !!!!! ----W- !!!!! SSSXSX !!!!! SSSXSX !!!!! ------ !!!!!
overwrite                     WWWXWX !!!!! WWW-W- !!!!! ----W- !!!!! SSSXSX !!!!! SSSXSX !!!!! ------ !!!!!

ask                           YYYCYC !!!!! YYY-Y- !!!!! ----Y- !!!!! YYYCYC !!!!! YYYCYC !!!!! ------ !!!!!

delete                        ???X?X !!!!! ???-?- !!!!! ----?- !!!!! SSSXSX !!!!! SSSXSX !!!!! ------ !!!!!
confirm-delete                WWWXWX !!!!! WWW-W- !!!!! ----W- !!!!! SSSXSX !!!!! SSSXSX !!!!! ------ !!!!!

undo                          WWWXWX !!!!! WWW-W- !!!!! ----W- !!!!! SSSXSX !!!!! SSSXSX !!!!! ------ !!!!!
undo last                     WWWXWX !!!!! WWW-W- !!!!! ----W- !!!!! SSSXSX !!!!! SSSXSX !!!!! ------ !!!!!
undo anyway                   WWWXWX !!!!! WWW-W- !!!!! ----W- !!!!! SSSXSX !!!!! SSSXSX !!!!! ------ !!!!!
restore                       WWWXWX !!!!! WWW-W- !!!!! ----W- !!!!! SSSXSX !!!!! SSSXSX !!!!! WWWXWX !!!!!
trash                         ...... !!!!! ...-.- !!!!! ----.- !!!!! ...... !!!!! ...... !!!!! ...... !!!!!

log                           ...... !!!!! ...-.- !!!!! ----.- !!!!! ...... !!!!! ...... !!!!! ...... !!!!!
log objective                 ...... !!!!! ...-.- !!!!! ----.- !!!!! ...... !!!!! ...... !!!!! ...... !!!!!
log name                      ...... !!!!! ...-.- !!!!! ----.- !!!!! ...... !!!!! ...... !!!!! ...... !!!!!
log person                    ...... !!!!! ...-.- !!!!! ----.- !!!!! ...... !!!!! ...... !!!!! ...... !!!!!
log-page                      ...... !!!!! ...-.- !!!!! ----.- !!!!! ...... !!!!! ...... !!!!! ...... !!!!!
log-export                    XXXXEX !!!!! XXXXEX !!!!! XXXXEX !!!!! XXXXEX !!!!! XXXXEX !!!!! XXXXEX !!!!!

digest                        ...... !!!!! ...-.- !!!!! ----.- !!!!! ...... !!!!! ...... !!!!! ------ !!!!!
share-digest                  CCCCCC !!!!! ------ !!!!! ------ !!!!! CCCCCC !!!!! CCCCCC !!!!! ------ !!!!!
mute                          TTTTTT !!!!! TTT-T- !!!!! ----T- !!!!! TTTTTT !!!!! TTTTTT !!!!! ------ !!!!!
unmute                        TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!!
muted                         ...... !!!!! ...-.- !!!!! ----.- !!!!! ...... !!!!! ...... !!!!! ------ !!!!!

subscribe                     TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!!
subscribe-form                FFFFFF !!!!! FFFFFF !!!!! FFFFFF !!!!! FFFFFF !!!!! FFFFFF !!!!! FFFFFF !!!!!
subscription-form             FFFFFF !!!!! FFFFFF !!!!! FFFFFF !!!!! FFFFFF !!!!! FFFFFF !!!!! FFFFFF !!!!!
+subscription                 TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!!
subscriptions                 iiiiii !!!!! iiiiii !!!!! iiiiii !!!!! iiiiii !!!!! iiiiii !!!!! iiiiii !!!!!
subscriptions all             XXXXiX !!!!! XXXXiX !!!!! XXXXiX !!!!! XXXXiX !!!!! XXXXiX !!!!! XXXXiX !!!!!
unsubscribe                   TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!!
subscription-edit             FFFFFF !!!!! FFFFFF !!!!! FFFFFF !!!!! FFFFFF !!!!! FFFFFF !!!!! FFFFFF !!!!!
+subscription edit            TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!!
subscription-pause            TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!!
subscription-resume           TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!!
subscription-remove           TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!! TTTTTT !!!!!
subscription-edit elsewhere   XXXXFX !!!!! XXXXFX !!!!! XXXXFX !!!!! XXXXFX !!!!! XXXXFX !!!!! XXXXFX !!!!!
subscription-pause elsewhere  XXXXTX !!!!! XXXXTX !!!!! XXXXTX !!!!! XXXXTX !!!!! XXXXTX !!!!! XXXXTX !!!!!
subscription-resume elsewhere XXXXTX !!!!! XXXXTX !!!!! XXXXTX !!!!! XXXXTX !!!!! XXXXTX !!!!! XXXXTX !!!!!
subscription-remove elsewhere XXXXTX !!!!! XXXXTX !!!!! XXXXTX !!!!! XXXXTX !!!!! XXXXTX !!!!! XXXXTX !!!!!
subscription-pause own        XXXXTX !!!!! XXXXTX !!!!! XXXXTX !!!!! XXXXTX !!!!! XXXXTX !!!!! XXXXTX !!!!!
subscription-resume own       XXXXTX !!!!! XXXXTX !!!!! XXXXTX !!!!! XXXXTX !!!!! XXXXTX !!!!! XXXXTX !!!!!
subscription-remove own       XXXXTX !!!!! XXXXTX !!!!! XXXXTX !!!!! XXXXTX !!!!! XXXXTX !!!!! XXXXTX !!!!!
remind                        iiiiii !!!!! iiiiii !!!!! iiiiii !!!!! iiiiii !!!!! iiiiii !!!!! iiiiii !!!!!
remind weekly                 TTTTTN !!!!! TTTTTN !!!!! TTTTTN !!!!! TTTTTN !!!!! TTTTTN !!!!! TTTTTN !!!!!
"""
"""Rows: a verb, typed or pressed (``+``: a form that is submitted), and of which kind, where it has several.

Columns: the kind of objective, and under it the kind of person: ``o`` its owner, ``2`` its second owner, ``t`` of the
team that owns it too, ``m`` another member, ``a`` an admin, ``u`` a member whom the OKR account does not know; ``g`` a
guest of one channel, ``h`` of several, ``s`` of another organisation, ``d`` deactivated, ``b`` a bot.
``foreign`` is private, and of somebody who is none of these; ``deleted`` was public.
(Of ``restore`` and ``trash`` all are deleted; of ``create`` only the session counts.)

Cells: ``!`` nothing but the one sentence; ``.`` sees the objective; ``-`` as if there were none; ``C`` posts it in
the channel, or to its owner; ``P`` told that private ones are not shared; ``F`` the form opens; ``f`` it opens with
what is wrong; ``?`` asked whether to; ``W`` it is done; ``X`` told who may; ``S`` told that the session takes no
changes; ``N`` told whom to ask to become known; ``E`` the export; ``T`` done to what a channel follows or somebody is
reminded of; ``Y`` told that it is theirs to change; ``i`` what concerns no objective. (``elsewhere``: of a channel
the person is not in; ``own``: of such a one too, but made by them.)
"""

LINES = {
    "(bare)": "",
    "mine": "mine",
    "search": "search zebra",
    "page": "page 1 zebra",
    "share-list": "share-list zebra",
    "narrow": "narrow zebra",
    "help": "help",
    "show": "show {id}",
    "show name": "show the ZEBRA",
    "id": "id {id}",
    "leave": "leave {id}",
    "keep": "keep {id}",
    "share": "share {id}",
    "create": "create Win more session:{session}",
    "create other": "create Win more owner:other@example.com session:{session}",
    "create team": "create Win more owner:Product session:{session}",
    "new": "new Win more",
    "form create": "form {creation}",
    "update": "update {id} name:Better",
    "update form": "update {id}",
    "edit": "edit {id} name:Better",
    "form edit": "form {edition}",
    "overwrite": "overwrite {patch}",
    "ask": f"ask {{id}} {'a' * 23}1 update {{id}} name:Better",
    "delete": "delete {id}",
    "confirm-delete": "confirm-delete {id}",
    "undo": "undo {change}",
    "undo last": "undo",
    "undo anyway": "undo {change} anyway",
    "restore": "restore {deletion}",
    "trash": "trash",
    "log": "log",
    "log objective": "log {id}",
    "log name": "log the ZEBRA",
    "log person": "log <@U0BEFORE>",
    "log-page": "log-page 1 {id}",
    "log-export": "log-export",
    "digest": "digest zebra",
    "share-digest": "share-digest zebra",
    "mute": "mute {id}",
    "unmute": "unmute {id}",
    "muted": "muted",
    "subscribe": "subscribe zebra",
    "subscribe-form": "subscribe-form zebra",
    "subscription-form": "subscription-form {subscribing}",
    "subscriptions": "subscriptions",
    "subscriptions all": "subscriptions all",
    "unsubscribe": "unsubscribe #other",
    "subscription-edit": "subscription-edit here",
    "subscription-pause": "subscription-pause here day",
    "subscription-resume": "subscription-resume here",
    "subscription-remove": "subscription-remove here",
    "subscription-edit elsewhere": "subscription-edit there",
    "subscription-pause elsewhere": "subscription-pause there week",
    "subscription-resume elsewhere": "subscription-resume there",
    "subscription-remove elsewhere": "subscription-remove there",
    "subscription-pause own": "subscription-pause own day",
    "subscription-resume own": "subscription-resume own",
    "subscription-remove own": "subscription-remove own",
    "remind": "remind",
    "remind weekly": "remind weekly monday 9:00",
}

SENTENCE = "Objectives are for full members of this workspace. Ask a workspace admin if you should be one."
ONLY = "or an admin can change this objective."
SECRETS = ("The zebra", "A zebra once", "#hush", "stripes", "Elsa Else", "Olga Owner", "Sam Second")
"""Of the objective its name now and then, tag, description and owners."""

PRODUCT = Person("c" * 24, "Product", is_team=True)
OWNER = Person("a" * 23 + "1", "Olga Owner", "owner@example.com")
SECOND = Person("a" * 23 + "2", "Sam Second", "second@example.com")
MATE = Person("a" * 23 + "3", "Tess Team", "team@example.com", team_ids=(PRODUCT.id,))
MEMBER = Person("a" * 23 + "4", "Mo Member", "member@example.com")
ADMIN = Person("a" * 23 + "5", "Ann Admin", "admin@example.com")
ELSE = Person("a" * 23 + "6", "Elsa Else", "else@example.com")
LOCKED = Session("b" * 23 + "5", "Q2 2026", datetime.fromisoformat("2026-04-01T00:00Z"), Q3.start, "locked")
OTHER = Person("a" * 23 + "7", "Otto Other", "other@example.com")
OWN = {"o": OWNER, "2": SECOND, "t": MATE, "m": MEMBER, "a": ADMIN}
SESSIONS = {"locked": LOCKED, "closed": Q3}

GUEST = {"is_restricted": True}
STANDINGS = {
    "o": ("U0OWNER", {}),
    "2": ("U0SECOND", {}),
    "t": ("U0TEAM", {}),
    "m": ("U0MEMBER", {}),
    "a": ("U0ADMIN", {}),
    "u": ("U0UNKNOWN", {}),
    "g": ("U0GUEST", GUEST | {"is_ultra_restricted": True}),
    "h": ("U0VISITOR", GUEST),
    "s": ("U0STRANGER", {"team_id": "T0OTHER", "is_stranger": False}),
    "d": ("U0GONE", {"deleted": True}),
    "b": ("U0BOT", {"is_bot": True}),
}
"""By the letter of the table, a Slack user's id and what ``users.info`` says of them."""

WHOLE, REFUSED = "o2tmau", "ghsdb"
"""The full members of the workspace, and the others."""

SEERS = {"private": "o2ta", "foreign": "a"}
"""Who may know of a private objective."""

ZEBRAS = SubscriptionFields(query="zebra", often="instant")


class Api(FakeApi):
    """An account with the people of the table, each of whom the account also knows who is refused by Slack's word."""

    def __init__(self) -> None:
        super().__init__()
        refused = [
            Person(f"e{n:023x}", STANDINGS[one][0], f"{STANDINGS[one][0][2:].lower()}@example.com")
            for n, one in enumerate(REFUSED)
        ]
        self.everyone = [OWNER, SECOND, MATE, MEMBER, ADMIN, ELSE, OTHER, PRODUCT, *refused]

    def sessions(self) -> Iterator[Session]:
        yield from (Q4, Q3, LOCKED)

    def update(self, objective_id: str, patch: Patch) -> None:
        super().update(objective_id, patch)
        self.goals[objective_id] = apply_patch(self.goals[objective_id], patch)


def profile_of(letter: str) -> dict[str, object]:
    """A user as Slack's users.info gives it."""
    user_id, standing = STANDINGS[letter]
    address = f"{user_id[2:].lower()}@example.com"
    return {"id": user_id, "team_id": "T0TEAM", "profile": {"real_name": user_id, "email": address}} | standing


class NotedProfiles(FakeProfiles):
    """Notes how recent what Slack says of somebody was to be."""

    def __init__(self, *profiles: Profile) -> None:
        super().__init__(*profiles)
        self.asked: list[float | None] = []

    def get(self, team_id: str, user_id: str, *, at_most: float | None = None) -> Profile:
        self.asked.append(at_most)
        return super().get(team_id, user_id, at_most=at_most)


class Scene:
    """An objective of a kind with its history, and one person who asks."""

    def __init__(self, kind: str, letter: str, row: str = "") -> None:
        self.asker = Asker("T0TEAM", STANDINGS[letter][0], "C0GENERAL")
        self.letter = letter
        self.api, self.memory, self.record = Api(), FakeMemory(), FakeRecord()
        self.profiles = NotedProfiles(*(read_profile("T0TEAM", profile_of(one)) for one in STANDINGS))
        self.follows = FakeFollows()
        self.objectives = self.start(admins=(STANDINGS["a"][0],))
        self.session = SESSIONS.get(kind, Q4)
        self.objective = self._add(kind)
        self.id = self.objective.id
        changer = self.asker.user_id if row == "undo last" else "U0BEFORE"
        was = replace(self.objective, name="A zebra once")
        self._note("change", Act.UPDATE, changer, was, self.objective)
        if kind == "deleted" or row in ("restore", "trash"):
            self.api.delete(self.id)
            self._note("deletion", Act.DELETE, "U0BEFORE", self.objective, None)
        self._follow(row)
        self.api.calls.clear()

    def start(self, *, admins: tuple[str, ...]) -> Objectives:
        """The bot, started on what there is; it knows the account's people as they are now."""
        directory = Directory(self.api)
        people = People(self.profiles, directory, self.api, self.memory, admins=frozenset(admins))
        search = Search(self.api, directory, people, self.memory, lambda: NOW)
        objectives = Objectives(
            self.api, directory, people, search, self.memory, self.record, lambda: NOW, follows=self.follows
        )
        objectives.digests = FakeDigests(search)
        return objectives

    def _add(self, kind: str) -> Objective:
        made = self.api.add(
            "The zebra", session=self.session, tags=("hush",), is_private=kind in ("private", "foreign")
        )
        owners = (ELSE,) if kind == "foreign" else (OWNER, SECOND, PRODUCT)
        self.api.goals[made] = replace(self.api.goals[made], owners=owners, description="It has stripes.")
        return replace(self.api.goals[made], session=self.session)

    def _note(self, id_: str, act: Act, user_id: str, before: Objective | None, after: Objective | None) -> None:
        at = NOW - timedelta(days=1)
        entry = Entry(id_, act, "T0TEAM", user_id, self.id, at, before=before, after=after, snapshot={})
        self.record.add(entry)

    def _follow(self, row: str) -> None:
        """What is followed, here and in another channel, and that the objective is muted here."""
        for id_, channel, maker in (
            ("here", "C0GENERAL", "U0BEFORE"),
            ("there", "C0ELSEWHERE", "U0BEFORE"),
            ("own", "C0ELSEWHERE", self.asker.user_id),
        ):
            query = "#own" if id_ == "own" else "#other"
            self.follows.add(Subscription(id_, "T0TEAM", channel, query, "instant", maker, NOW))
        self.follows.mute("T0TEAM", "C0GENERAL", self.id, "U0BEFORE", is_muted=True)

    def do(self, row: str) -> Answer:
        """Does what a row says; what is decided is carried out too."""
        answer = self.decide(row)
        if isinstance(answer, Write):
            self.carry_out(answer)
        return answer

    def decide(self, row: str) -> Answer:
        """Only decides."""
        return self._submit(row) if row.startswith("+") else self._run(row)

    def carry_out(self, write: Write, *, is_first: bool = True) -> Entry:
        """Carries out what was decided; its entry in the record."""
        came = self.objectives.execution.carry_out(write.plan, is_first=is_first)
        assert isinstance(came, Outcome)
        return came.entry

    def _run(self, row: str) -> Answer:
        keep = self.memory.save_form
        team_id, user_id = self.asker.team_id, self.asker.user_id
        draft = pack(replace(draft_of(self.objective), name="Better"))
        creation = pack(Draft("Win more", self.session.id))
        line = LINES[row].format(
            id=self.id,
            session=f'"{self.session.title}"',
            change="change",
            deletion="deletion",
            creation=keep(team_id, user_id, {"verb": "create", "draft": creation}),
            edition=keep(team_id, user_id, {"verb": "edit", "objective": self.id, "draft": draft, "locked": []}),
            patch=keep(team_id, user_id, {"objective": self.id, "patch": {"name": "Better"}}),
            subscribing=self._keep_subscription(""),
        )
        is_pressed = row.split()[0] in {verb.name for verb in PRESSED}
        return run_line(self.asker, line, self.objectives, is_pressed=is_pressed, work_id="now")

    def _submit(self, row: str) -> Answer:
        submission = Submission(self.asker, "now", "form")
        draft = replace(draft_of(self.objective), name="Better")
        if row == "+edit":
            kept = {"shown": pack(draft_of(self.objective))}
            form_id = self.memory.save_form(self.asker.team_id, self.asker.user_id, kept)
            return update.save(submission, draft, Form("C0GENERAL", self.id, form_id), self.objectives)
        if row.startswith("+subscription"):
            form_id = self._keep_subscription("here" if row == "+subscription edit" else "")
            return save_subscription(self.asker, ZEBRAS, form_id, self.objectives)
        own = OWN.get(self.letter, ELSE)
        owner = {"+create": own, "+create other": OTHER, "+create team": PRODUCT}[row]
        return create.create(submission, replace(draft, owner_id=owner.id), self.objectives)

    def _keep_subscription(self, id_: str) -> str:
        return keep_subscription(self.asker, ZEBRAS, self.objectives, id_, ())


class FakeDigests:
    """``bot.objectives.ports.Digesting`` without a past."""

    def __init__(self, search: Search) -> None:
        self._search = search

    def make(self, team_id: str, criteria: Criteria, since: datetime | None, *, asker: Asker | None = None) -> Any:
        found = self._search.matching(criteria, NOW, asker)
        tracked = (Tracked(one, None, None) for one in found)
        return make_digest(tracked, NOW)


def cell(row: str, kind: str, letter: str) -> str:
    """What happens, as a cell of the table tells it."""
    scene = Scene(kind, letter, row)
    goals, follows = dict(scene.api.goals), scene.follows.changes
    try:
        words, sign = told(scene.do(row))
        sign = "T" if scene.follows.changes != follows else sign
    except BotError as fault:
        words, sign = str(fault), refusal(str(fault))
    here = f"{row}, {kind}, {letter}: {words}"
    assert (scene.api.goals != goals) == (sign == "W"), here
    assert (scene.follows.changes != follows) == (sign == "T"), here
    if sign == "!":
        assert scene.api.calls == [], here
        assert (scene.memory.bindings, scene.memory.lists) == ({}, {}), here
    if sign in "-!N" or letter not in SEERS.get(kind, WHOLE) or (sign == "C" and kind in SEERS):
        own_name = OWN[letter].name if letter in OWN else ""
        assert not [secret for secret in SECRETS if secret in words and secret != own_name], here
    return sign


def told(answer: Answer) -> tuple[str, str]:
    """The words of an answer, and the sign of what it is."""
    if isinstance(answer, Write):
        return "", "W"
    if isinstance(answer, File):
        return "".join(answer.rows), "E"
    if isinstance(answer, Modal):
        view = answer.fill().to_dict()
        words = " ".join(words_in(view))
        if ONLY in words:
            return words, "X"
        return words, "f" if "⚠" in words else "F"
    if isinstance(answer, Post):
        after = told(answer.then(Posted.DONE))[0]
        return " ".join([words_of(answer.message), after]), "C"
    words = words_of(answer.message)
    if any(sign in words for sign in ("What /okr can do", "What this channel follows", "Every subscription", "I can ")):
        return words, "i"
    if "You can bring it back" in words and "Delete" in words:
        return words, "?"
    if ONLY in words:
        return words, "X"
    if not is_seen(words):
        return words, "-"
    return words, "C" if answer.in_channel else "."


def words_of(message: Message) -> str:
    """Everything that a message says."""
    return " ".join([message.text, *words_in(to_json(message.blocks))])


def is_seen(words: str) -> bool:
    """Whether an answer tells of the objective, and not only of what the asker typed."""
    return any(sign in words for sign in ("The zebra", "A zebra once", "Short id"))


def refusal(words: str) -> str:
    """The sign of a refusal."""
    if words == SENTENCE:
        return "!"
    signs = {
        "has the e-mail address": "N",
        "Only ": "X",
        "Who owns this objective has changed": "Y",
        "only progress can change": "S",
        "nothing can change there": "S",
        "is private, so it cannot be shared": "P",
        "does not exist any more": "-",
        "no record of that change": "-",
        "nothing to share": "-",
    }
    return next((sign for part, sign in signs.items() if part in words), f"[{words}]")


def read_table() -> tuple[list[str], str, dict[str, str]]:
    """The kinds of objective, the letters of the people, and the rows."""
    kinds, letters, *rows = (line for line in TABLE.splitlines() if line.strip())
    people = letters.split()[0] + letters.split()[1]
    return kinds.split(), people, {row[:30].strip(): row[30:] for row in rows}


KINDS, PEOPLE, ROWS = read_table()


def test_every_verb_of_the_registry_has_its_rows_in_the_table():
    assert {row.split()[0] for row in ROWS if not row.startswith("+")} == {name or "(bare)" for name in _PRESSED}
    assert {*TYPED, *PRESSED} <= set(_PRESSED.values())
    assert set(LINES) == {row for row in ROWS if not row.startswith("+")}


@pytest.mark.parametrize("row", ROWS)
def test_everybody_may_do_what_the_table_says_and_nothing_else(row: str):
    cells = ["".join(cell(row, kind, letter) for letter in PEOPLE) for kind in KINDS]
    assert " ".join(f"{one[:6]} {one[6:]}" for one in cells) == ROWS[row]


# What was decided and has waited: it is done by whoever may still do it, or not at all.


def decided(row: str, letter: str, kind: str = "public") -> tuple[Scene, Write]:
    """What was decided to do, and waits to be carried out."""
    scene = Scene(kind, letter, row)
    answer = scene.decide(row)
    assert isinstance(answer, Write)
    return scene, answer


def change_goal(scene: Scene, **fields: object) -> None:
    """Changes the objective in the account, as somebody else does."""
    scene.api.goals[scene.id] = replace(scene.api.goals[scene.id], **fields)


def hand_over(scene: Scene) -> None:
    change_goal(scene, owners=(ELSE,))


def hide(scene: Scene) -> None:
    change_goal(scene, owners=(ELSE,), is_private=True)


def lock(scene: Scene) -> None:
    change_goal(scene, session=Session(LOCKED.id))


def leave_the_team(scene: Scene) -> None:
    scene.api.everyone[scene.api.everyone.index(MATE)] = replace(MATE, team_ids=())
    scene.objectives = scene.start(admins=("U0ADMIN",))


def remove_the_admin(scene: Scene) -> None:
    scene.objectives = scene.start(admins=())


def make_a_guest(scene: Scene) -> None:
    user_id = scene.asker.user_id
    scene.profiles.users[user_id] = replace(scene.profiles.users[user_id], is_guest=True)


def deactivate(scene: Scene) -> None:
    user_id = scene.asker.user_id
    scene.profiles.users[user_id] = replace(scene.profiles.users[user_id], is_deleted=True)


LOST = {
    "it has another owner": ("o", hand_over, "Only Elsa Else or an admin can change this objective"),
    "it is private and another's": ("o", hide, "does not exist any more"),
    "its session is locked": ("o", lock, "Q2 2026, is locked: only progress can change there"),
    "they left the team": ("t", leave_the_team, "Only Olga Owner, Sam Second, Product or an admin can change"),
    "they are no admin any more": ("a", remove_the_admin, "Only Olga Owner, Sam Second, Product or an admin"),
    "they are a guest now": ("o", make_a_guest, SENTENCE),
    "they are deactivated": ("o", deactivate, SENTENCE),
}
"""By what was lost between decision and doing: who asked, how it was lost, and what they are told."""

CHANGES = ("update", "+edit", "overwrite", "confirm-delete", "undo")
EVERY_WRITE = {
    **dict.fromkeys((*CHANGES, "restore", "create", "+create"), "o"),
    "create other": "a",
    "create team": "t",
}


@pytest.mark.parametrize("row", EVERY_WRITE)
def test_what_waited_is_done_where_everything_is_as_it_was(row: str):
    scene, write = decided(row, EVERY_WRITE[row])
    goals = dict(scene.api.goals)
    scene.carry_out(write, is_first=False)
    assert scene.api.goals != goals


@pytest.mark.parametrize("is_admin", [False, True])
@pytest.mark.parametrize("row", EVERY_WRITE)
def test_slack_is_asked_anew_who_somebody_is_before_it_is_decided_and_before_it_is_done(row: str, is_admin: bool):
    scene, write = decided(row, "a" if is_admin else EVERY_WRITE[row])
    assert RECENT in scene.profiles.asked
    scene.profiles.asked.clear()
    scene.carry_out(write, is_first=False)
    assert RECENT in scene.profiles.asked


@pytest.mark.parametrize("how", LOST)
@pytest.mark.parametrize("row", CHANGES)
def test_who_lost_the_right_meanwhile_changes_nothing(row: str, how: str):
    letter, lose, expected = LOST[how]
    scene, write = decided(row, letter)
    lose(scene)
    goals, entries = dict(scene.api.goals), list(scene.record.entries)
    with pytest.raises(BotError, match=re.escape(expected)):
        scene.carry_out(write, is_first=False)
    assert (scene.api.goals, scene.record.entries, scene.record.claims) == (goals, entries, {})


@pytest.mark.parametrize(
    ("row", "letter", "lose", "expected"),
    [
        ("create other", "a", remove_the_admin, "Only an admin can create an objective for somebody else"),
        ("+create other", "a", remove_the_admin, "Only an admin can create an objective for somebody else"),
        ("create team", "t", leave_the_team, "Only an admin can create an objective for somebody else"),
        ("create", "o", make_a_guest, SENTENCE),
        ("restore", "a", remove_the_admin, "Only Olga Owner"),
        ("restore", "t", leave_the_team, "Only Olga Owner"),
        ("restore", "o", deactivate, SENTENCE),
    ],
)
def test_who_lost_the_right_meanwhile_creates_and_brings_back_nothing(
    row: str, letter: str, lose: Callable[[Scene], None], expected: str
):
    scene, write = decided(row, letter)
    lose(scene)
    goals, entries = dict(scene.api.goals), list(scene.record.entries)
    with pytest.raises(BotError, match=expected):
        scene.carry_out(write, is_first=False)
    assert (scene.api.goals, scene.record.entries, scene.record.claims) == (goals, entries, {})


@pytest.mark.parametrize("row", EVERY_WRITE)
def test_what_was_done_before_the_right_was_lost_is_recorded_and_told_all_the_same(row: str):
    scene, write = decided(row, EVERY_WRITE[row])
    scene.carry_out(write)
    done = dict(scene.api.goals)
    # The process died before it noted anything down.
    lost = scene.record.entries.pop()
    make_a_guest(scene)
    entry = scene.carry_out(write, is_first=False)
    assert (scene.api.goals, scene.record.entries[-1]) == (done, entry)
    assert (entry.act, entry.objective.name) == (lost.act, lost.objective.name)
    # And once it is noted down, nobody is asked anything.
    scene.api.calls.clear()
    assert scene.carry_out(write, is_first=False) == entry
    assert scene.api.calls == []


def test_who_gave_their_private_objective_away_is_told_that_it_is_done_and_nothing_of_what_became_of_it():
    scene = Scene("private", "o")
    line = f"update {scene.id} owner:else@example.com"
    write = run_line(scene.asker, line, scene.objectives, work_id="now")
    assert isinstance(write, Write)
    scene.carry_out(write)
    scene.record.entries.pop()
    change_goal(scene, name="What Elsa made of it")
    entry = scene.carry_out(write, is_first=False)
    assert entry.objective.name == "The zebra"
    assert entry.objective.owner_ids == (ELSE.id,)


def test_the_last_change_of_a_removed_admin_says_nothing_of_a_private_objective():
    scene = Scene("foreign", "a", "undo last")
    scene.api.delete(scene.id)
    scene.record.add(replace(scene.record.entries[0], id="last", act=Act.DELETE, after=None, before=scene.objective))
    remove_the_admin(scene)
    with pytest.raises(NotFound, match="I have no record of that change"):
        scene.decide("undo last")


# Private objectives: for whom they are not, they are not there.

WAYS = ("{id}", "https://app.us.gtmhub.com/objectives/{id}", "O-{short}", "1", "the ZEBRA", '"the ZEBRA"', "zebr")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("verb", ["show", "update", "delete", "log", "id", "share", "edit", "keep", "confirm-delete"])
def test_of_a_private_objective_is_said_what_is_said_of_one_that_was_deleted(verb: str, way: str):
    said = []
    for is_private in (True, False):
        scene = Scene("foreign" if is_private else "deleted", "m")
        scene.record.entries.clear()
        scene.memory.short_ids("T0TEAM", [scene.id])
        # It was in a list while everybody could see it.
        scene.memory.remember_list("T0TEAM", scene.asker.user_id, 1, [scene.id])
        line = f"{verb} {way.format(id=scene.id, short=scene.id[-4:])}"
        is_pressed = verb in {one.name for one in PRESSED}
        try:
            answer = run_line(scene.asker, line, scene.objectives, is_pressed=is_pressed, work_id="now")
            said.append(told(answer)[0])
        except BotError as fault:
            said.append(str(fault))
    assert said[0] == said[1]
    assert not [secret for secret in SECRETS if secret in said[0]]


@pytest.fixture
def herd() -> Scene:
    """A private objective of somebody else's, and public ones beside it whose names are like its."""
    scene = Scene("foreign", "m")
    scene.api.add("The zebras run", tags=("stripy",), owner=OWNER)
    scene.api.add("The zebras rest", session=LOCKED, owner=OWNER)
    return scene


def said_to(scene: Scene, line: str, user_id: str = "U0MEMBER") -> str:
    return told(run_line(replace(scene.asker, user_id=user_id), line, scene.objectives))[0]


def test_private_objectives_are_not_counted(herd: Scene):
    assert "2 found" in said_to(herd, "search zebra")
    assert "3 found" in said_to(herd, "search zebra", "U0ADMIN")
    assert "1 objective matches in other sessions" in said_to(herd, 'search zebra rest session:"Q4 2026"')
    herd.api.goals[herd.id] = replace(herd.api.goals[herd.id], session=LOCKED)
    assert "in other sessions" not in said_to(herd, 'search The zebra -#stripy session:"Q4 2026" #hush')


def test_a_private_objective_is_neither_offered_nor_in_the_way_where_several_have_the_name(herd: Scene):
    herd.api.goals.popitem()
    assert "Which one do you mean" in said_to(herd, "show zebra", "U0ADMIN")
    assert "Which one do you mean" not in (shown := said_to(herd, "show zebra"))
    assert "The zebras run" in shown
    assert "Did you mean" in (asked := said_to(herd, "show The zebrs rn"))
    assert [name in asked for name in ("The zebras run", "Elsa Else")] == [True, False]
    assert "Elsa Else" in said_to(herd, "show The zebrs rn", "U0ADMIN")


def test_a_short_id_that_a_private_objective_shares_means_the_other_one(herd: Scene):
    other = f"64b0c0ff00{herd.id[-14:]}"
    herd.api.goals[other] = replace(next(one for one in herd.api.goals.values() if "run" in one.name), id=other)
    herd.memory.short_ids("T0TEAM", [herd.id, other])
    shown = said_to(herd, f"show O-{other[-4:]}")
    assert [part in shown for part in ("The zebras run", "Which one", "Elsa Else")] == [True, False, False]
    assert "Which one do you mean" in said_to(herd, f"show O-{other[-4:]}", "U0ADMIN")


@pytest.mark.parametrize("letter", "oa")
def test_a_shared_list_leaves_out_what_only_the_sharer_may_see(letter: str):
    scene = Scene("private", letter)
    scene.api.add("The zebras run", owner=OWNER)
    asked = run_line(scene.asker, "search zebra", scene.objectives)
    shared = run_line(scene.asker, "share-list zebra", scene.objectives, is_pressed=True)
    assert "2 found" in told(asked)[0]
    assert isinstance(shared, Reply)
    assert shared.in_channel
    assert "1 found" in told(shared)[0]
    assert not [secret for secret in SECRETS[:4] if secret in told(shared)[0].replace("The zebras", "")]


def test_what_only_buttons_run_cannot_be_typed():
    for verb in PRESSED:
        scene = Scene("public", "a")
        goals = dict(scene.api.goals)
        answer = run_line(scene.asker, f"{verb.name} {scene.id}", scene.objectives, work_id="now")
        assert isinstance(answer, Reply), verb.name
        assert "I do not know" in answer.message.text or "Did you mean" in answer.message.text
        assert (scene.api.goals, scene.api.calls) == (goals, [])


# The whole path: signed requests over HTTP, as Slack sends them, whoever presses, submits or looks something up.


class Slack:
    """Sends the bot what Slack would, in anybody's name, and sees what the bot sends back."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.url = f"{world.base_url}/slack/events"
        self.name = world.name
        self.offered: list[str] = []
        """What could be pressed or chosen in what the bot said last."""

    def send(self, body: dict[str, str]) -> Any:
        """Sends a request; what the bot acknowledged it with."""
        raw, now = urlencode(body), str(int(time.time()))
        signature = SignatureVerifier(self.world.workspace.signing_secret).generate_signature(timestamp=now, body=raw)
        assert signature
        headers = {
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": signature,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        answer = requests.post(self.url, data=raw, headers=headers, timeout=30)
        assert answer.status_code == 200
        self.world.idle.wait_idle()
        self.world.writes.wait_idle(self.name)
        return answer.json() if answer.text else {}

    def _interact(self, kind: str, who: str, team_id: str, **more: Any) -> Any:
        payload = {"type": kind, "team": {"id": team_id}, "user": {"id": who, "team_id": team_id}} | more
        return self.send({"payload": json.dumps(payload | {"trigger_id": uuid.uuid4().hex})})

    def type(self, who: str, line: str, team_id: str = TEAM_ID) -> None:
        command = {"command": "/okr", "text": line, "trigger_id": uuid.uuid4().hex}
        self.send(command | {"user_id": who, "team_id": team_id, "channel_id": "C0GENERAL"})

    def press(self, who: str, line: str, team_id: str = TEAM_ID) -> None:
        action = {"action_id": "run.0", "block_id": "b", "type": "button", "value": line}
        self._interact("block_actions", who, team_id, channel={"id": "C0GENERAL"}, actions=[action])

    def choose(self, who: str, line: str, team_id: str = TEAM_ID) -> None:
        action = {"action_id": "menu.0", "block_id": "b", "type": "overflow", "selected_option": {"value": line}}
        self._interact("block_actions", who, team_id, channel={"id": "C0GENERAL"}, actions=[action])

    def submit(self, who: str, draft: Draft, team_id: str = TEAM_ID, **form: str) -> Any:
        """Submits the form that creates, or where ``objective_id`` is given the one that edits."""
        picked = {"session": draft.session_id, "owner": draft.owner_id}
        values: dict[str, Any] = {
            field: {"value": {"selected_option": {"value": one}}} for field, one in picked.items()
        }
        values["name"] = {"value": {"value": draft.name}}
        view = {
            "id": uuid.uuid4().hex,
            "type": "modal",
            "callback_id": "objective.edit" if form else "objective.create",
            "private_metadata": json.dumps({"channel_id": "C0GENERAL", **form}),
            "state": {"values": values},
        }
        return self._interact("view_submission", who, team_id, view=view)

    def search(self, who: str, query: str, team_id: str = TEAM_ID) -> Any:
        values = {"query": {"value": {"value": query}}}
        view = {"id": "V1", "type": "modal", "callback_id": "objectives.search", "private_metadata": "C0GENERAL"}
        return self._interact("view_submission", who, team_id, view=view | {"state": {"values": values}})

    def subscribe(self, who: str, query: str, team_id: str = TEAM_ID) -> Any:
        often = {"selected_option": {"value": "instant"}}
        values = {"query": {"value": {"value": query}}, "often": {"value": often}}
        view = {"id": uuid.uuid4().hex, "type": "modal", "callback_id": SAVE_SUBSCRIPTION}
        more = {"private_metadata": json.dumps({"channel_id": "C0GENERAL"}), "state": {"values": values}}
        return self._interact("view_submission", who, team_id, view=view | more)

    def suggest(self, who: str, field: str, typed: str, team_id: str = TEAM_ID) -> list[Any]:
        """What a picker offers."""
        found = self._interact("block_suggestion", who, team_id, block_id=field, action_id="value", value=typed)
        return list(found["options"])

    def said(self) -> list[str]:
        """What the bot said since it was asked last, each once; the opened forms by the names of the calls."""
        found, self.offered = [], []
        for one in self.world.workspace.requests:
            if one.way == "in" and ("chat." in one.what or "views." in one.what or "files" in one.what):
                blocks = (one.request or {}).get("blocks") or []
                self.offered += [element["type"] for element in elements_in(blocks)]
                found.append(str((one.request or {}).get("text") or one.what).removeprefix("⚠ "))
        self.world.workspace._world.inspector.clear()
        return list(dict.fromkeys(found))


@pytest.fixture
def slack(world: World) -> Slack:
    return Slack(world)


def goal_of(world: World, name: str) -> Objective:
    """The objective of this name, as the account has it."""
    found = [one for one in world.client.search(Wanted(words=(name,))) if one.name == name]
    return world.client.get(found[0].id)


ONBOARDING = "Cut onboarding time to a day"
"""Of the sample: Ada and Katherine own it."""

HALVE = "Halve the time from commit to production"
"""Of the sample: Edsger owns it."""

NOBODYS = {
    "guest of one channel": ("U0ELLIS", TEAM_ID),
    "guest of several channels": ("U0NOOR", TEAM_ID),
    "of another organisation": ("U0ROBIN", TEAM_ID),
    "of another organisation, in its workspace's name": ("U0ROBIN", "T0OTHER"),
    "deactivated": ("U0HEDY", TEAM_ID),
    "bot": ("U0OKRBOT", TEAM_ID),
    "unknown to Slack": ("U0NOBODY", TEAM_ID),
}


@pytest.mark.parametrize("kind", NOBODYS)
def test_who_is_no_full_member_gets_the_one_sentence_for_everything_and_nothing_else(slack: Slack, kind: str):
    world, (who, team_id) = slack.world, NOBODYS[kind]
    assert world.workspace.deactivate("U0HEDY").ok
    # Where they meet the app, Slack does not call people of another organisation strangers.
    assert world.workspace.invite("C0PARTNERS", "U0OKRBOT").ok
    goal = goal_of(world, ONBOARDING)
    draft = Draft("Take over", goal.session.id, goal.owner_ids[0])
    world.workspace._world.inspector.clear()
    lines = {row: line.format_map(defaultdict(lambda: "x", id=goal.id, session='"Q4"')) for row, line in LINES.items()}
    typed = (lines["search"], lines["create"], lines["log-export"], "nonsense", "serach x")
    chosen = (lines["show"], lines["share"], lines["delete"])
    pressed = (*lines.values(), "again x")
    for act, some in ((slack.type, typed), (slack.choose, chosen), (slack.press, pressed)):
        for line in some:
            act(who, line, team_id)
            assert (slack.said(), slack.offered) == ([SENTENCE], []), line
    for query in ("zebra", "onwer:me colour:blue"):
        assert slack.search(who, query, team_id) == {}
        assert (slack.said(), slack.offered) == ([SENTENCE], [])
    assert slack.submit(who, draft, team_id) == {}
    assert (slack.said(), slack.offered) == ([SENTENCE], [])
    assert slack.submit(who, draft, team_id, objective_id=goal.id) == {}
    assert (slack.said(), slack.offered) == ([SENTENCE], [])
    assert slack.subscribe(who, "zebra", team_id) == {}
    assert (slack.said(), slack.offered) == ([SENTENCE], [])
    for field in ("owner", "session", "tags"):
        assert slack.suggest(who, field, "", team_id) == []
        assert slack.suggest("U0GRACE", field, "") != []
    assert slack.said() == []
    assert goal_of(world, ONBOARDING) == goal
    assert list(world.client.search(Wanted(words=("Take over",)))) == []


def test_a_shared_message_stays_as_it_is_when_a_guest_presses_its_button(world: World):
    shared = world.press(world.okr(f"show {ONBOARDING}"), "Share here")
    before = world.messages("grace")
    said = world.press(shared, "Show", who="ellis")
    assert said.message is not None
    assert said.message["text"] == f"⚠ {SENTENCE}"
    assert said.message["ephemeral"]
    assert world.messages("grace") == before


def test_a_button_of_somebody_elses_message_does_what_its_presser_may(slack: Slack):
    goal = goal_of(slack.world, ONBOARDING)
    for line in (f"confirm-delete {goal.id}", f"update {goal.id} name:Mine", f"delete {goal.id}"):
        slack.press("U0EDSGER", line)
        assert "Only Ada Lovelace, Katherine Johnson or an admin can change this objective." in slack.said()[0]
    assert goal_of(slack.world, ONBOARDING) == goal
    slack.press("U0KATHERINE", f"confirm-delete {goal.id}")
    assert "Deleted" in slack.said()[0]


def test_what_a_member_does_in_a_shared_channel_is_kept_where_the_app_is_installed(slack: Slack):
    slack.world.bot._profiles.find_home()
    # Slack names the workspace from which somebody comes into the channel.
    slack.type("U0EDSGER", "create Share the plans", "T0SISTER")
    slack.press("U0EDSGER", "log", "T0SISTER")
    slack.said()
    slack.type("U0EDSGER", "undo")
    (said,) = slack.said()
    assert said.startswith("Creation undone: Share the plans")


def test_a_form_and_a_line_that_were_kept_for_somebody_are_for_them_alone(slack: Slack):
    world = slack.world
    keep = world.bot.objectives.memory.save_form
    goal = goal_of(world, ONBOARDING)
    kept = {
        "form": keep(TEAM_ID, "U0ADA", {"verb": "create", "draft": pack(Draft("A secret plan"))}),
        "again": keep(TEAM_ID, "U0ADA", {"line": f'update {goal.id} name:"A secret plan"'}),
        "overwrite": keep(TEAM_ID, "U0ADA", {"objective": goal.id, "patch": {"name": "A secret plan"}}),
    }
    for verb, form_id in kept.items():
        slack.press("U0KATHERINE", f"{verb} {form_id}")
        (said,) = slack.said()
        assert "not kept any more" in said, verb
        assert "secret" not in said
    assert goal_of(world, ONBOARDING) == goal
    slack.press("U0ADA", f"again {kept['again']}")
    assert goal_of(world, "A secret plan").id == goal.id


def test_an_edit_form_saves_nothing_when_the_objective_got_another_owner_meanwhile(world: World):
    form = world.okr("update Halve the time", who="edsger")
    assert form.view is not None
    world.okr("update Halve the time owner:@Grace Hopper")
    said = world.submit(form, {"name": "Taken back"}, who="edsger")
    assert "Only Grace Hopper or an admin can change this objective" in said.text
    assert "Nothing found" in world.okr("search Taken back").text
    assert "Open the form" in said.buttons or "Resume" in said.buttons


def test_a_form_saves_nothing_when_its_author_has_become_a_guest_meanwhile(world: World):
    # Slack is asked anew who somebody is where what is known of them is five minutes old.
    profiles = world.bot.objectives.people._profiles
    later = [0.0]
    profiles._clock = lambda: time.monotonic() + later[0]
    form = world.okr("create", who="edsger")
    assert world.suggest(form, "owner", "ada", who="edsger") == ["Ada Lovelace"]
    assert world.workspace.make_guest("U0EDSGER", ["C0GENERAL"]).ok
    later[0] = 300
    said = world.submit(form, {"name": "A guest's wish"}, who="edsger")
    assert SENTENCE in said.text
    assert said.buttons == []
    assert "Nothing found" in world.okr("search guest's wish").text


@contextmanager
def restarted(world: World, admins: frozenset[str]) -> Iterator[None]:
    """The bot as it comes back with other OKR_ADMINS, on the same database."""
    bot = Bot(
        replace(world.settings, okr_admins=admins),
        world.engine,
        world.client,
        durable_engine=world.engine,
        writes=world.writes,
        key=b"a key of the tests, for them alone",
        name=f"{world.name}-again",
        work=world.idle,
    )
    server = Server(make_web(bot, {}), host="127.0.0.1", port=free_port(), threads=4)
    server.start()
    world.point_at(f"http://127.0.0.1:{server.port}/slack/events")
    first, world.name = world.name, f"{world.name}-again"
    try:
        yield
    finally:
        world.name = first
        world.point_at(f"{world.base_url}/slack/events")
        server.close()
        bot.jobs.close()
        bot.answers.close()


def test_a_removed_admin_can_press_and_submit_nothing_that_only_an_admin_may(world: World):
    goal = goal_of(world, HALVE)
    changed = world.okr(f"update {goal.id} +#board")
    asked = world.okr(f"delete {goal.id}")
    record = world.okr("log")
    assert "Delete" in asked.buttons
    editing = world.okr(f"update {goal.id}")
    with restarted(world, admins=frozenset()):
        only = "Only Edsger Dijkstra or an admin can change this objective"
        assert only in world.submit(editing, {"name": "An admin's wish"}).text
        assert only in world.press(asked, "Delete").text
        assert only in world.press(changed, "Undo").text
        assert "Only an admin (OKR_ADMINS) can export the record" in world.press(record, "Export as CSV").text
    creating = world.okr('create An admin\'s wish owner:"Grace Hopper" colour:blue')
    with restarted(world, admins=frozenset()):
        said = world.submit(creating, {"name": "An admin's wish"})
        assert "Only an admin can create an objective for somebody else" in said.text
    assert goal_of(world, HALVE).tags == (*goal.tags, "board")
    assert "Nothing found" in world.okr("search admin's wish").text


def test_a_change_that_waited_for_the_api_is_not_made_when_the_objective_got_another_owner_meanwhile(
    make_world: Callable[..., World],
):
    with FakeQuantive() as api, short_waits():
        session = api.add_session("Q4", "2020-01-01T00:00:00Z", "2099-12-31T00:00:00Z")
        edsger = api.add_user("Edsger Dijkstra", "edsger.dijkstra@example.com")
        grace = api.add_user("Grace Hopper", "grace.hopper@example.com")
        goal_id = api.add_goal("Halve the time", session_id=session, owner_id=edsger)
        world = make_world(api=api)
        api.fail(times=1_000, only=("PATCH",), status=503)
        world.okr(f"update {goal_id} name:Mine", who="edsger")
        look(world, "Accepted", who="edsger")
        let_nothing_through(world, api)
        api.goals[goal_id] |= {"ownerId": grace, "ownerIds": [grace]}
        api.recover()
        look(world, "Only Grace Hopper or an admin can change this objective", who="edsger")
        finish(world)
        assert api.goals[goal_id]["name"] == "Halve the time"
        assert "none were made with /okr yet" in world.okr(f"log {goal_id}", who="edsger").text
