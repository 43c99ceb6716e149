"""A digest and a reminder as messages: what needs someone, what moved, what was finished, and how all stand."""

from collections.abc import Callable, Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block, InteractiveElement

from bot.notify.attention import Need, Reason
from bot.notify.chart import NOW, Chart
from bot.notify.chart_block import ChartBlock
from bot.notify.differences import Kind
from bot.notify.digest import Changed, Digest, Move
from bot.notify.happenings import HEADLINES
from bot.notify.wording import WHOEVER, YOU, cadence_text, heading, name_text, pack, subject_text
from bot.objectives.model import Objective, Status
from bot.objectives.query import parse_query
from bot.objectives.subscriptions import Reminder
from bot.views.blocks import SECTION_LIMIT, TEXT_LIMIT, actions, context, header, section
from bot.views.buttons import button, carries
from bot.views.message import Message
from bot.views.phrases import DOT, linked_name, name_of, owners_text, session_title, whole_lines
from bot.views.text import bar, counted, day_text, escape, fit, one_line, percent, progress_text, status_text

_NAME_LIMIT = 100
_MOST_REMINDED = 10

Naming = Callable[[Objective], str]
"""How an objective is named: as a link, or by its name for those who hear it."""


def digest_message(
    digest: Digest,
    title: str,
    cadence_words: str,
    now: datetime,
    *,
    query: str,
    subscription_id: str = "",
    shared_by: str = "",
) -> Message:
    """A digest of what matches ``query``, whose words are ``title``; one line where nothing changed.

    It is a channel's with ``subscription_id``, somebody's (a plain name) shown to a channel with ``shared_by``, and
    else for one person alone. In the plain one the chart's figures are text only.
    """
    whose = one_line(shared_by) or (WHOEVER if subscription_id else YOU)
    buttons = _buttons(query, subscription_id, shared_by)
    shared = f"Shared by {name_text(shared_by)}" if one_line(shared_by) else ""
    if digest.nothing_changed and digest.since is not None:
        way = (buttons[-1] if subscription_id else buttons[0]) if buttons else None
        return _nothing_moved(digest, digest.since, subject_text(title, whose), shared, way)
    named = heading(title, whose)
    facts = [counted(digest.total, "objective"), *_statuses(digest), *_circumstances(digest, cadence_words)]
    blocks: list[Block] = [header(named), context(DOT.join(filter(None, (*facts, shared))))]
    for paragraph in _paragraphs(digest, lambda one: linked_name(one, _NAME_LIMIT)):
        blocks += [section(text, expand=True) for text in pack(paragraph)]
    spoken = [line for paragraph in _paragraphs(digest, _plain) for line in paragraph]
    figures = [fit(line, 300) for line in digest.chart.lines] if digest.chart else []
    lead = f"{fit(named, 300)}: {', '.join(filter(None, facts))}"
    charted = [f"{escape(digest.chart.title)}:", *figures] if digest.chart else []
    said = [f"{shared}: {lead}" if shared else lead, *spoken, *charted]
    text, foot = whole_lines(said, TEXT_LIMIT), actions(buttons)
    if digest.chart is None:
        return Message(text, [*blocks, *foot])
    lines = [f"*{escape(digest.chart.title)}*", *_with_bars(digest.chart, figures)]
    plain = Message(text, [*blocks, *(section(line, expand=True) for line in pack(lines)), *foot])
    drawn = [ChartBlock(digest.chart), *(context(line) for line in pack(figures, SECTION_LIMIT))]
    return Message(text, [*blocks, *drawn, *foot], plain)


def reminder_message(objectives: Sequence[tuple[Objective, int]], now: datetime, reminder: Reminder) -> Message:
    """A person's objectives without progress, each with the days since it had some."""
    shown, rest = objectives[:_MOST_REMINDED], len(objectives) - _MOST_REMINDED
    one = len(objectives) == 1
    lead = f"{counted(len(objectives), 'objective')} of yours {'has' if one else 'have'} had no progress for a while."
    blocks: list[Block] = [section(f"*{lead}*")]
    said = [lead]
    for objective, days in shown:
        idle = f"no progress for {counted(days, 'day')}"
        facts = DOT.join([status_text(objective.status(now)), escape(session_title(objective.session)), idle])
        view = button("View", f"show {objective.id}", accessibility_label=f"View {name_of(objective)}")
        row = f"{linked_name(objective, _NAME_LIMIT)}\n{progress_text(objective.progress)}  {facts}"
        blocks.append(section(row, view))
        said.append(f"{_plain(objective)}, {percent(objective.progress)}, {idle}")
    more = [f"and {rest:,} more"] if rest > 0 else []
    foot = f"You asked to be reminded {cadence_text(reminder.cadence, reminder.zone)}."
    blocks += [context(DOT.join([*more, foot])), *actions(_reminder_buttons())]
    return Message(whole_lines([*said, *more, foot], TEXT_LIMIT), blocks)


def _nothing_moved(
    digest: Digest, since: datetime, subject: str, shared: str, way: InteractiveElement | None
) -> Message:
    text = f"Nothing moved in {subject} since {_day(since)}."
    if digest.only:
        text = f"Nothing new in {subject} since {_day(since)} ({_only(digest)})."
    if not digest.total:
        text += " None matches now."
    text = f"{shared}: {text}" if shared else text
    return Message(text, [section(text, way)])


def _paragraphs(digest: Digest, name: Naming) -> list[list[str]]:
    """The parts of a digest, each with its heading, a line an objective; those with nothing to say left out."""
    needs = [f"• {name(need.objective)}{DOT}{_need(need)}" for need in digest.attention]
    moves = [f"• {name(move.objective)}{DOT}{_move(move)}" for move in digest.moved]
    finished = [f"✓ {name(move.objective)}{DOT}{_owner(move.objective)}" for move in digest.finished]
    parts = [
        _part("Needs someone", needs, digest.attention_total),
        _part("Moved", moves, digest.moved_total),
        _part("Finished", finished, digest.finished_total),
        _part("Changed", [f"• {_change(one, name)}" for one in digest.changed], digest.changed_total),
    ]
    if digest.only and not any(parts):
        parts.append([f"Nothing to tell ({_only(digest)})."])
    if digest.since is not None and not (moves or finished or digest.only):
        parts.insert(1, [f"Nothing moved since {_day(digest.since)}."])
    if digest.came or digest.went:
        parts.append([_comings(digest)])
    if not digest.total:
        parts.insert(0, ["No objective matches now."])
    return [part for part in parts if part]


def _part(title: str, lines: Sequence[str], total: int) -> list[str]:
    if not lines:
        return []
    rest = total - len(lines)
    return [f"*{title}*", *lines, *([f"and {rest:,} more"] if rest > 0 else [])]


def _need(need: Need) -> str:
    """The reasons, and whom to ask: "■ 45 % behind, no progress for 21 days · Ada Lovelace"."""
    words = {
        Reason.BEHIND: f"{status_text(Status.BEHIND)} by {_points(need.gap)}",
        Reason.AT_RISK: f"{status_text(Status.AT_RISK)}, {_points(need.gap)} behind",
        Reason.STALE: "no progress" + ("" if need.idle_days is None else f" for {counted(need.idle_days, 'day')}"),
        Reason.NO_KEY_RESULTS: "no key results",
        Reason.ENDING: _ending(need.days_left),
    }
    reasons = ", ".join(words[reason] for reason in need.reasons)
    return DOT.join([percent(need.objective.progress), reasons, _owner(need.objective)])


def _points(gap: float) -> str:
    return counted(round(gap * 100), "point")


def _ending(days_left: int | None) -> str:
    if days_left is None:
        return "session ending"
    return f"session ends in {counted(days_left, 'day')}" if days_left > 0 else "last day of the session"


def _move(move: Move) -> str:
    return f"{percent(move.old)} → {progress_text(move.objective.progress)}"


def _change(changed: Changed, name: Naming) -> str:
    """What happened to it; by its name alone where it is gone, for then there is no page any more."""
    if Kind.DELETED in changed.kinds:
        return DOT.join([_plain(changed.objective), "deleted, or no longer visible to me"])
    what = ", ".join(text[0].lower() + text[1:] for kind, text in HEADLINES.items() if kind in changed.kinds)
    return DOT.join([name(changed.objective), what])


def _only(digest: Digest) -> str:
    return f"only {', '.join(digest.only)}"


def _owner(objective: Objective) -> str:
    return owners_text(objective.owners[:2], 100) if objective.owners else "no owner"


def _comings(digest: Digest) -> str:
    came = f"{digest.came:,} {'matches' if digest.came == 1 else 'match'} now and did not before" if digest.came else ""
    went = f"{digest.went:,} {'does' if digest.went == 1 else 'do'} not match any more" if digest.went else ""
    return f"{', '.join(filter(None, (came, went)))}."


def _with_bars(chart: Chart, lines: Sequence[str]) -> list[str]:
    """The lines of a chart, each with its bar where it says how far an objective has come."""
    if chart.series[-1].name != NOW:
        return list(lines)
    return [f"{bar(value / 100)} {line}" for value, line in zip(chart.series[-1].values, lines, strict=True)]


def _statuses(digest: Digest) -> list[str]:
    return [f"{count:,} {status_text(status)}" for status, count in digest.statuses if count]


def _circumstances(digest: Digest, cadence_words: str) -> list[str]:
    since = "the first digest: nothing to compare with yet" if cadence_words else "nothing to compare with yet"
    if digest.since is not None:
        since = f"since {_day(digest.since)}"
    return [fit(one_line(cadence_words), 100), *([_only(digest)] if digest.only else []), since]


def _day(moment: datetime) -> str:
    """A day with its weekday in the reader's zone, written by Slack; "yesterday" where it was."""
    fallback = f"{day_text(moment)} {moment.year}"
    return f"<!date^{int(moment.timestamp())}^{{date_long_pretty}}|{fallback}>"


def _plain(objective: Objective) -> str:
    return fit(name_of(objective, _NAME_LIMIT), 200)


def _buttons(query: str, subscription_id: str, shared_by: str) -> list[InteractiveElement]:
    is_own = not (subscription_id or one_line(shared_by))
    # In a channel, "me" is whoever presses.
    can_show = is_own or "me" not in parse_query(query).query.owners
    wanted = [("Show all", f"search {query}".strip())] if can_show else []
    if subscription_id:
        wanted.append(("Settings", "subscriptions"))
    elif is_own:
        wanted.append(("Share", f"share-digest {query}".strip()))
    return [button(label, line, n=n) for n, (label, line) in enumerate(wanted) if carries(line)]


def _reminder_buttons() -> list[InteractiveElement]:
    return [
        button("Snooze a day", "remind snooze day"),
        button("Snooze a week", "remind snooze week", n=1),
        button("Stop", "remind stop", n=2, accessibility_label="Stop the reminders"),
    ]
