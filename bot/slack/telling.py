"""Telling what came of a job: where it takes its time first that it waits, then the result; which alone stays there.

The word that it waits is said where the result takes its place: by the response_url of a command, or of a button whose
message is replaced anyhow. By that of another button Slack replaces nothing but the button's own message, and what is
shown to one person alone cannot be changed in another way. So there the word is a direct message, which the bot can
change for ever: it is deleted when the result comes where the person was. Once the response_url is spent the word is a
direct message too, and turns into the result.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.exc import SQLAlchemyError

from bot.commands.base import File, Modal, Post, Posted, Reply
from bot.objectives.model import Asker
from bot.objectives.ports import Memory
from bot.objectives.words import read
from bot.slack.answers import Answers, Word
from bot.slack.places import Place
from bot.slack.waiting import Waiting
from bot.views.notices import waiting

log = logging.getLogger(__name__)

Json = dict[str, Any]

PATIENCE = 2.0
"""Seconds after which a person is told that their wish is accepted and waits."""

BRIEFLY = 0.5
"""Seconds for which nothing is said of a job that goes on after a crash or a pause: most are finished by then."""

RESPONSE_URL_LASTS = timedelta(minutes=29)
"""Slack honours a response_url for 30 minutes; later answers come by direct message, which also those get who left."""

INSISTS = timedelta(minutes=1)
"""For so long a result waits for the response_url to work again; then it is told in whatever way works."""

WORD_MOVES = timedelta(minutes=28, seconds=30)
"""From then on the word is a direct message: soon after nothing could take it away any more."""


class Sealing(Protocol):
    """Keeps a secret in the clear out of the database."""

    def close(self, text: str) -> str:
        """The text, sealed."""

    def open(self, sealed: str) -> str:
        """The text again, or empty."""


class Telling:
    """Tells people of their jobs (JSON), of which the word is a part once one try has ended."""

    def __init__(
        self, answers: Answers, memory: Memory, seal: Sealing, *, service: str, clock: Callable[[], datetime]
    ) -> None:
        """``service``: what people call the OKR API."""
        self._answers = answers
        self._memory = memory
        self._seal = seal
        self._service = service
        self._clock = clock
        self._waiting = Waiting()

    def close(self) -> None:
        """Stops to watch what is left."""
        self._waiting.close()

    def note(self, place: Place) -> Json:
        """What a job keeps of the place where it was sent off."""
        return {
            "at": self._clock().isoformat(),
            "team": place.asker.team_id,
            "user": place.asker.user_id,
            "channel": place.asker.channel_id,
            "response_url": self._seal.close(place.response_url) if place.response_url else "",
            "trigger": place.trigger_id,
            "view": place.view_id,
            "swaps": place.swaps,
        }

    def age(self, job: Json) -> timedelta:
        """How long ago it was sent off."""
        return self._clock() - datetime.fromisoformat(job["at"])

    # That it waits

    def watch(self, job: Json) -> None:
        """Says after two seconds that the job is accepted and waits, unless it was told of by then."""
        if self._recall(job) is None:
            patience = max(min(PATIENCE, BRIEFLY), PATIENCE - self.age(job).total_seconds())
            self._waiting.watch(job["id"], patience, lambda: self._say(job))

    def pause(self, job: Json, seconds: float) -> Json | None:
        """The job goes on after so many seconds, maybe in another process; by which word the person knows of it.

        So nothing of it stays here: said here later, the word might come after the result that is told there.
        """
        word = self._settle(job)
        if word is None and self.age(job).total_seconds() + seconds > PATIENCE:
            word = self._say(job)
        elif word and not word.ts:
            place, old = self._origin(job)
            if old > WORD_MOVES:
                self._answers.take_back(place, word)
                word = self._say(job, directly=True) or word
        return asdict(word) if word else None

    def _say(self, job: Json, *, directly: bool = False) -> Word | None:
        word = None
        try:
            place, waits = self._place(job), waiting(self._service, _wish(job))
            came = Posted.NOT_THERE
            if place.swaps and not directly:
                came = self._answers.respond(place, waits)
            if came is Posted.DONE:
                word = Word()
            else:
                word = self._answers.write(place.asker, waits)
                if word and (directly or place.asker.channel_id in ("", word.channel_id)):
                    word = replace(word, stays=True)
            if word:
                # A process may be killed before it hands the word on; where it stands must be known all the same.
                self._memory.remember_origin(job["team"], _key(job), json.dumps(asdict(word)))
        except Exception as fault:  # noqa: BLE001 - on a thread of its own, and only a courtesy
            log.error("It could not be said that a job waits: %s", type(fault).__name__)
        return word

    def _settle(self, job: Json) -> Word | None:
        """The word that was said, if one was; from now on none is."""
        return self._waiting.settle(job["id"]) or self._recall(job)

    def _recall(self, job: Json) -> Word | None:
        """The word that was said before this try."""
        if job.get("word"):
            return Word(**job["word"])
        if self.age(job).total_seconds() < PATIENCE:
            return None
        kept = self._kept(job, _key(job))
        return Word(**kept) if kept else None

    # What came of it

    def tell(self, job: Json, reply: Reply, *, in_form: bool) -> Json:
        """Tells the result. ``{}``, or where Slack could not be reached ``{"again": why, "word"}``.

        ``in_form``: in the form that the pressed button stands in, if there is one.
        """
        word, place = self._settle(job), self._place(job)
        came = self._make_room(job, place, word, reply) if word else Posted.NOT_THERE
        if came is Posted.NOT_THERE:
            insists = place.swaps and not reply.in_channel and self.age(job) <= INSISTS
            if in_form:
                is_told = self._answers.send(place, reply)
            else:
                is_told = self._answers.reply(place, reply, insists=insists)
            came = Posted.DONE if is_told else Posted.LATER
        if came is Posted.DONE:
            return {}
        return {"again": "Slack cannot be reached.", "word": asdict(word) if word else None}

    def _make_room(self, job: Json, place: Place, word: Word, reply: Reply) -> Posted:
        """Turns the word into the result (DONE), or takes it away where the result does not take its place itself."""
        stays = word.stays or not place.asker.channel_id
        if word.ts and stays and not reply.in_channel:
            came = self._answers.change(place, word, reply.message)
            return Posted.NOT_THERE if came is Posted.REFUSED else came
        if word.ts or reply.in_channel or not place.swaps:
            gone = self._answers.take_back(self._origin(job)[0], word)
            # Of what stands at a response_url nothing more can be done: it is spent soon.
            if word.ts and gone is Posted.LATER:
                return gone
        return Posted.NOT_THERE

    def show(self, job: Json, answer: Modal | File | Post) -> None:
        """Shows what is no result, such as a form, and takes the word away."""
        if word := self._settle(job):
            self._answers.take_back(self._origin(job)[0], word)
        self._answers.send(self._place(job), answer)

    # Where the person is

    def _place(self, job: Json) -> Place:
        place, old = self._origin(job)
        return place if old <= RESPONSE_URL_LASTS else Place(Asker(job["team"], job["user"]))

    def _origin(self, job: Json) -> tuple[Place, timedelta]:
        """Where it was asked for, and how long ago: a form is answered where the form was."""
        asker = asker_of(job)
        if job["kind"] == "form":
            known = self._kept(job, job["view"])
            at = datetime.fromisoformat(str(known.get("at", job["at"])))
            place = Place(asker, known.get("response_url", ""), job["trigger"], swaps=known.get("swaps", False))
            return place, self._clock() - at
        address = self._seal.open(job["response_url"]) if job["response_url"] else ""
        return Place(asker, address, job["trigger"], job["view"], swaps=job["swaps"]), self.age(job)

    def _kept(self, job: Json, id_: str) -> Json:
        """What was kept of a form or a job; nothing where it cannot be read, for people are told all the same."""
        try:
            kept = self._memory.origin(job["team"], id_)
        except SQLAlchemyError as fault:
            log.warning("Where a job is answered could not be read: %s", type(fault).__name__)
            return {}
        known: Json = json.loads(kept) if kept else {}
        return known


def asker_of(job: Json) -> Asker:
    """Who sent it off, and where."""
    return Asker(job["team"], job["user"], job["channel"], is_there=not job["view"])


def _key(job: Json) -> str:
    """Under which a job's word is kept: Slack's part of its id, as long as a view's id may be."""
    return str(job["id"])[-64:]


def _wish(job: Json) -> str:
    """What was asked for, as far as that can be said in the asker's own words."""
    if job["kind"] == "form":
        return str(job["draft"]["name"])
    return "" if job["is_pressed"] else f"/okr {' '.join(word.shown for word in read(job['line']))}"


def remember_origin(memory: Memory, place: Place, view_id: str, now: datetime) -> None:
    """Keeps by which address a form's answer comes to where the form was asked for."""
    if place.response_url:
        origin = {"response_url": place.response_url, "swaps": place.swaps, "at": now.isoformat()}
        memory.remember_origin(place.asker.team_id, view_id, json.dumps(origin))


def recall_origin(memory: Memory, place: Place) -> Place:
    """Where to answer what is sent off in a form: where it was asked for, as long as Slack allows that."""
    origin = memory.origin(place.asker.team_id, place.view_id)
    known = json.loads(origin) if origin else {}
    return Place(place.asker, response_url=known.get("response_url", ""), swaps=known.get("swaps", False))
