"""Modals of the workspace: opening, typing, submitting, the stack, and what the app may answer."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.embedded.workspace import tickets
from bot.embedded.workspace.tickets import TRIGGER_SECONDS
from tests.test_workspace_stage import Stage, button, field, modal, staged, text

OPTIONS = [{"text": text("Q3"), "value": "q3"}, {"text": text("Q4"), "value": "q4"}]


def open_form(stage: Stage, view: dict[str, Any], command: str = "/okr") -> dict[str, Any]:
    """Opens a view by a command; what the page sees of it."""
    stage.app.command(command)(
        lambda ack, client, body: (client.views_open(trigger_id=body["trigger_id"], view=view), ack())
    )
    assert stage.slack.run_command("U0ADA", "C0GENERAL", command).ok
    return stage.slack.views("U0ADA")[-1]


def on_submit(stage: Stage, answer: Callable[..., Any]) -> list[dict[str, Any]]:
    """Answers submissions; the payloads that came."""
    found: list[dict[str, Any]] = []
    stage.app.view("form")(lambda ack, body: (found.append(body), answer(ack)))
    return found


def error_of(call: Callable[[], Any]) -> str:
    """The error word with which a call is refused."""
    with pytest.raises(SlackApiError) as refused:
        call()
    return str(refused.value.response["error"])


def test_a_form_is_submitted_with_state_values_as_slack_shapes_them() -> None:
    with staged() as stage:
        form = open_form(
            stage,
            modal(
                field("name"),
                field("session", "static_select", options=OPTIONS, initial_option=OPTIONS[1]),
                field("tags", "multi_static_select", options=OPTIONS, optional=True),
                field("owner", "users_select", initial_user="U0GRACE"),
                field("due", "datepicker", optional=True),
                field("kinds", "checkboxes", options=OPTIONS),
                field("target", "number_input", is_decimal_allowed=True, initial_value="3.5"),
                private_metadata="C0GENERAL",
            ),
        )
        assert form["state"]["session"] == {"value": "q4"}
        found = on_submit(stage, lambda ack: ack())
        assert stage.slack.submit_view("U0ADA", form["id"], {"name": "Grow", "kinds": ["q3"]}).ok
        assert found[0]["view"]["state"]["values"] == {
            "name": {"value": {"type": "plain_text_input", "value": "Grow"}},
            "session": {"value": {"type": "static_select", "selected_option": OPTIONS[1]}},
            "tags": {"value": {"type": "multi_static_select", "selected_options": []}},
            "owner": {"value": {"type": "users_select", "selected_user": "U0GRACE"}},
            "due": {"value": {"type": "datepicker", "selected_date": None}},
            "kinds": {"value": {"type": "checkboxes", "selected_options": [OPTIONS[0]]}},
            "target": {"value": {"type": "number_input", "value": "3.5"}},
        }
        assert (found[0]["view"]["callback_id"], found[0]["view"]["private_metadata"]) == ("form", "C0GENERAL")
        assert found[0]["user"]["id"] == "U0ADA"
        assert "response_url" not in found[0] and found[0]["response_urls"] == []
        assert stage.slack.views("U0ADA") == []


@pytest.mark.parametrize(
    ("block", "value", "says"),
    [
        (field("a"), "  ", "Please complete this required field."),
        (field("a", "static_select", options=OPTIONS), None, "Please complete this required field."),
        (field("a", min_length=3), "no", "Please enter at least 3 characters."),
        (field("a", max_length=3), "long", "Please enter at most 3 characters."),
        (field("a", "email_text_input"), "nobody", "Please enter a valid email address."),
        (field("a", "url_text_input"), "example", "Please enter a valid URL."),
        (field("a", "number_input", is_decimal_allowed=False), "1.5", "Please enter a whole number."),
        (field("a", "number_input", is_decimal_allowed=True, max_value="2"), "2.5", "Please enter 2 or less."),
    ],
)
def test_what_slacks_client_refuses_never_reaches_the_app(block: dict[str, Any], value: Any, says: str) -> None:
    with staged() as stage:
        form = open_form(stage, modal(block))
        found = on_submit(stage, lambda ack: ack())
        outcome = stage.slack.submit_view("U0ADA", form["id"], {"a": value})
        assert (outcome.error, outcome.errors) == ("invalid_input", {"a": says})
        assert found == []


def test_field_errors_keep_the_form_open_with_what_was_typed() -> None:
    with staged() as stage:
        form = open_form(stage, modal(field("name")))
        on_submit(stage, lambda ack: ack(response_action="errors", errors={"name": "Taken already."}))
        outcome = stage.slack.submit_view("U0ADA", form["id"], {"name": "Grow"})
        assert (outcome.ok, outcome.errors) == (False, {"name": "Taken already."})
        assert stage.slack.views("U0ADA")[0]["state"] == {"name": {"value": "Grow"}}


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"unknown": "x"}},
        {"response_action": "errors", "errors": {"note": "a section is no input"}},
        {"response_action": "update", "view": {"type": "modal", "blocks": []}},
        {"response_action": "jump"},
    ],
    ids=["unknown block", "no input", "view without title", "unknown action"],
)
def test_an_answer_that_slack_would_not_obey_shows_as_trouble(answer: dict[str, Any]) -> None:
    with staged() as stage:
        note = {"type": "section", "block_id": "note", "text": text("A note")}
        form = open_form(stage, modal(note, field("name")))
        on_submit(stage, lambda ack: ack(**answer))
        outcome = stage.slack.submit_view("U0ADA", form["id"], {"name": "Grow"})
        assert (outcome.error, outcome.text) == ("invalid_response", "We had some trouble connecting. Try again?")
        assert len(stage.slack.views("U0ADA")) == 1


def test_answers_update_push_and_clear_change_the_stack() -> None:
    with staged() as stage:
        form = open_form(stage, modal(field("name"), callback_id="first"))
        stage.app.view("first")(
            lambda ack: ack(response_action="push", view=modal(callback_id="second", title=text("Second")))
        )
        stage.app.view("second")(
            lambda ack: ack(response_action="update", view=modal(callback_id="third", title=text("Third")))
        )
        stage.app.view("third")(lambda ack: ack(response_action="clear"))
        outcome = stage.slack.submit_view("U0ADA", form["id"], {"name": "Grow"})
        assert [one["title"]["text"] for one in outcome.views] == ["Form", "Second"]
        second = outcome.views[1]
        assert (second["previous_view_id"], second["root_view_id"]) == (form["id"], form["id"])
        outcome = stage.slack.submit_view("U0ADA", second["id"])
        assert [one["title"]["text"] for one in outcome.views] == ["Form", "Third"]
        assert stage.slack.submit_view("U0ADA", second["id"]).views == []


def test_an_empty_answer_closes_the_top_view_only() -> None:
    with staged() as stage:
        form = open_form(stage, modal(callback_id="bottom"))
        stage.app.view("bottom")(lambda ack: ack(response_action="push", view=modal()))
        on_submit(stage, lambda ack: ack())
        top = stage.slack.submit_view("U0ADA", form["id"]).views[1]
        assert stage.slack.submit_view("U0ADA", form["id"]).error == "not_found"
        assert [one["id"] for one in stage.slack.submit_view("U0ADA", top["id"]).views] == [form["id"]]


def test_the_stack_is_three_high() -> None:
    with staged() as stage:
        form = open_form(stage, modal(button("more")))
        errors: list[str] = []

        @stage.app.action("more")
        def push(ack: Any, client: Any, body: dict[str, Any]) -> None:
            ack()
            try:
                client.views_push(trigger_id=body["trigger_id"], view=modal(button("more")))
            except SlackApiError as refused:
                errors.append(refused.response["error"])

        stage.slack.press("U0ADA", form, "more")
        second = stage.slack.wait_for(lambda: stage.slack.views("U0ADA")[1:])[0]
        stage.slack.press("U0ADA", second, "more")
        third = stage.slack.wait_for(lambda: stage.slack.views("U0ADA")[2:])[0]
        stage.slack.press("U0ADA", third, "more")
        stage.slack.wait_for(lambda: errors)
        assert errors == ["push_limit_reached"]


def test_a_trigger_works_once_and_for_three_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tickets, "TRIGGER_SECONDS", TRIGGER_SECONDS)
    now = [datetime(2026, 11, 2, 9, tzinfo=UTC)]
    with staged(clock=lambda: now[0]) as stage:
        triggers = [stage.slack._world.tickets.trigger("U0ADA") for _ in range(2)]
        client = stage.client
        assert client.views_open(trigger_id=triggers[0], view=modal())["ok"]
        assert error_of(lambda: client.views_open(trigger_id=triggers[0], view=modal())) == "exchanged_trigger_id"
        now[0] += timedelta(seconds=3.1)
        assert error_of(lambda: client.views_open(trigger_id=triggers[1], view=modal())) == "expired_trigger_id"
        assert error_of(lambda: client.views_open(trigger_id="1.2.3", view=modal())) == "invalid_trigger_id"


def test_updating_a_view_keeps_typed_input_where_the_ids_stay() -> None:
    with staged() as stage:
        form = open_form(stage, modal(field("name"), field("note", optional=True)))
        stage.post(
            f"views/{form['id']}/state",
            **{"as": "U0ADA", "values": {"name": {"value": "Grow"}, "note": {"value": "x"}}},
        )
        changed = modal(field("name", initial_value="ignored"), field("note_2", initial_value="fresh"))
        stage.client.views_update(view_id=form["id"], view=changed)
        assert stage.slack.views("U0ADA")[0]["state"] == {"name": {"value": "Grow"}, "note_2": {"value": "fresh"}}


def test_an_outdated_hash_is_a_conflict_and_a_closed_view_is_not_found() -> None:
    with staged() as stage:
        form = open_form(stage, modal(external_id="mine"))
        client = stage.client
        assert client.views_update(external_id="mine", view=modal(external_id="mine"), hash=form["hash"])["ok"]
        again = lambda: client.views_update(view_id=form["id"], view=modal(), hash=form["hash"])  # noqa: E731
        assert error_of(again) == "hash_conflict"
        stage.slack.close_view("U0ADA", form["id"])
        assert error_of(lambda: client.views_update(view_id=form["id"], view=modal())) == "not_found"


def test_an_external_id_is_unique() -> None:
    with staged() as stage:
        first = stage.slack._world.tickets.trigger("U0ADA")
        second = stage.slack._world.tickets.trigger("U0GRACE")
        stage.client.views_open(trigger_id=first, view=modal(external_id="mine"))
        open_second = lambda: stage.client.views_open(trigger_id=second, view=modal(external_id="mine"))  # noqa: E731
        assert error_of(open_second) == "duplicate_external_id"


@pytest.mark.parametrize(("clear", "told"), [(False, ("second", False)), (True, ("form", True))])
def test_closing_tells_the_app_where_it_asked(clear: bool, told: tuple[str, bool]) -> None:
    with staged() as stage:
        heard: list[tuple[str, bool]] = []
        for name in ("form", "second"):
            stage.app.view_closed(name)(
                lambda ack, body: (heard.append((body["view"]["callback_id"], body["is_cleared"])), ack())
            )
        form = open_form(stage, modal(notify_on_close=True))
        on_submit(
            stage, lambda ack: ack(response_action="push", view=modal(callback_id="second", notify_on_close=True))
        )
        top = stage.slack.submit_view("U0ADA", form["id"]).views[1]
        outcome = stage.slack.close_view("U0ADA", top["id"], clear=clear)
        assert heard == [told]
        assert [one["id"] for one in outcome.views] == ([] if clear else [form["id"]])


def test_a_form_survives_an_app_that_is_down() -> None:
    with staged() as stage:
        form = open_form(stage, modal(field("name")))
        stage.slack._world.delivery.events_url = "http://127.0.0.1:9/"
        outcome = stage.slack.submit_view("U0ADA", form["id"], {"name": "Grow"})
        assert (outcome.error, outcome.text) == ("dispatch_failed", "We had some trouble connecting. Try again?")
        assert outcome.views[0]["state"] == {"name": {"value": "Grow"}}


def test_options_are_looked_up_as_one_types_and_told_in_full_when_chosen() -> None:
    with staged() as stage:
        form = open_form(
            stage, modal(field("owner", "external_select", min_query_length=0), field("tags", "multi_external_select"))
        )
        people = [{"text": text("Ada Lovelace"), "value": "p1"}, {"text": text("Alan Turing"), "value": "p2"}]
        asked: list[dict[str, Any]] = []

        @stage.app.options("value")
        def offer(ack: Any, payload: dict[str, Any]) -> None:
            asked.append(payload)
            if payload["block_id"] == "owner":
                ack(options=[one for one in people if payload["value"] in one["text"]["text"]])
            else:
                ack(option_groups=[{"label": text("Tags"), "options": [{"text": text("growth"), "value": "t1"}]}])

        assert stage.slack.suggest("U0ADA", form, "value", "A", block_id="owner") == people
        assert stage.slack.suggest("U0ADA", form, "value", "gr", block_id="tags") == []
        assert stage.slack.suggest("U0ADA", form, "value", "gro", block_id="tags")[0]["value"] == "t1"
        assert [(one["type"], one["value"], one["view"]["id"]) for one in asked] == [
            ("block_suggestion", "A", form["id"]),
            ("block_suggestion", "gro", form["id"]),
        ]
        found = on_submit(stage, lambda ack: ack())
        stage.slack.submit_view("U0ADA", form["id"], {"owner": "p2", "tags": ["t1"]})
        values = found[0]["view"]["state"]["values"]
        assert values["owner"]["value"]["selected_option"] == people[1]
        assert values["tags"]["value"]["selected_options"] == [{"text": text("growth"), "value": "t1"}]


def test_a_value_that_was_never_offered_cannot_be_chosen() -> None:
    with staged() as stage:
        form = open_form(stage, modal(field("owner", "external_select")))
        with pytest.raises(ValueError, match="not one of the options"):
            stage.slack.submit_view("U0ADA", form["id"], {"owner": "p9"})


def test_an_element_of_a_form_acts_with_the_state_of_the_whole_form() -> None:
    with staged() as stage:
        form = open_form(
            stage, modal(field("name"), field("session", "static_select", options=OPTIONS, dispatch_action=True))
        )
        heard: list[dict[str, Any]] = []
        stage.app.action("value")(lambda ack, body: (heard.append(body), ack()))
        assert stage.slack.choose("U0ADA", form, "value", "q3", block_id="session", values={"name": "Grow"}).ok
        body = heard[0]
        assert body["container"] == {"type": "view", "view_id": form["id"]}
        assert body["actions"][0]["selected_option"] == OPTIONS[0]
        assert body["view"]["state"]["values"]["name"]["value"]["value"] == "Grow"
        assert "response_url" not in body and "channel" not in body
        with pytest.raises(LookupError, match="sends nothing"):
            stage.slack.choose("U0ADA", form, "value", "x", block_id="name")


def test_the_home_tab_is_opened_and_published() -> None:
    with staged() as stage:
        block = {"type": "section", "text": text("Your objectives")}

        @stage.app.event("app_home_opened")
        def publish(event: dict[str, Any], client: Any) -> None:
            client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [block, button("refresh")]})

        heard: list[dict[str, Any]] = []
        stage.app.action("refresh")(lambda ack, body: (heard.append(body), ack()))
        stage.slack.open_home("U0ADA")
        home = stage.slack.wait_for(lambda: stage.slack.home("U0ADA"))
        assert home["blocks"][0]["text"]["text"] == "Your objectives"
        assert stage.slack.home("U0GRACE") is None
        assert stage.slack.press("U0ADA", home, "refresh").ok
        assert heard[0]["view"]["type"] == "home"
        assert stage.slack.views("U0ADA") == []


def test_shortcuts_reach_the_app() -> None:
    with staged() as stage:
        heard: list[dict[str, Any]] = []
        stage.app.shortcut("create")(lambda ack, body: (heard.append(body), ack()))
        stage.app.shortcut("from_message")(lambda ack, body: (heard.append(body), ack()))
        said = stage.slack.post_message("U0GRACE", "C0GENERAL", "We should grow").message
        assert stage.slack.run_shortcut("U0ADA", "create").ok
        assert stage.slack.run_shortcut("U0ADA", "from_message", said).ok
        assert [(one["type"], one["callback_id"]) for one in heard] == [
            ("shortcut", "create"),
            ("message_action", "from_message"),
        ]
        assert heard[1]["message"]["text"] == "We should grow"
        assert heard[1]["response_url"] and heard[1]["channel"]["id"] == "C0GENERAL"
        assert stage.slack.run_shortcut("U0ADA", "unknown").error == "invalid_name"


def test_a_form_with_a_response_address_for_a_chosen_channel_gets_one() -> None:
    with staged() as stage:
        where = field("where", "conversations_select", response_url_enabled=True, default_to_current_conversation=True)
        form = open_form(stage, modal(where))
        found = on_submit(stage, lambda ack: ack())
        stage.slack.submit_view("U0ADA", form["id"], {"where": "C0GROWTH"})
        urls = found[0]["response_urls"]
        assert [(one["block_id"], one["action_id"], one["channel_id"]) for one in urls] == [
            ("where", "value", "C0GROWTH")
        ]
        with stage.http.post(
            urls[0]["response_url"], json={"text": "Shared", "response_type": "in_channel"}
        ) as response:
            assert response.text == "ok"
        assert [one["text"] for one in stage.slack.messages("U0GRACE", "C0GROWTH")] == ["Shared"]


def test_options_that_slack_would_not_show_are_an_error_and_noted() -> None:
    with staged() as stage:
        form = open_form(stage, modal(field("owner", "external_select", min_query_length=0)))
        many = [{"text": text(str(number)), "value": str(number)} for number in range(101)]
        stage.app.options("value")(lambda ack: ack(options=many))
        with pytest.raises(LookupError, match="invalid_options"):
            stage.slack.suggest("U0ADA", form, "value", "x")
        assert "no more than 100 items allowed" in stage.slack.requests[-1].error


def test_pushing_needs_an_open_modal() -> None:
    with staged() as stage:
        trigger = stage.slack._world.tickets.trigger("U0ADA")
        assert error_of(lambda: stage.client.views_push(trigger_id=trigger, view=modal())) == "invalid_trigger_id"


def test_a_new_form_takes_the_place_of_one_left_open() -> None:
    with staged() as stage:
        for title in ("First", "Second"):
            trigger = stage.slack._world.tickets.trigger("U0ADA")
            stage.client.views_open(trigger_id=trigger, view=modal(title=text(title)))
        assert [one["title"]["text"] for one in stage.slack.views("U0ADA")] == ["Second"]
