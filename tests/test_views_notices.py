"""Short answers and help: the sentence, and the way on."""

from bot.views.help import VerbHelp, of_verb, overview
from bot.views.notices import (
    bug,
    did_you_mean,
    failure,
    given_back,
    not_understood,
    refused,
    sentence,
    waiting,
)
from tests.sample_objectives import ONBOARDING
from tests.test_views_cards import buttons, shown

CREATE = VerbHelp(
    "create",
    "change",
    "create [name] [#tag…]",
    "Creates an objective.",
    ["name: in quotes, or the words before the first #tag", "owner:@x: somebody else"],
    ['/okr create "Cut onboarding" #growth', "/okr create", "/okr create Grow owner:@ada"],
)
SEARCH = VerbHelp("search", "find", "search [query]", "Finds objectives.", [], ["/okr search #growth"])


def test_a_sentence_is_escaped_and_has_its_buttons() -> None:
    message = sentence("Only <Grace> may.", buttons=[("Show it", "show 1"), ("None", "")])
    assert message.text == shown(message).splitlines()[0] == "Only &lt;Grace&gt; may."
    assert buttons(message) == [("Show it", "run.0 show 1")]


def test_a_misspelt_verb_is_offered_as_it_would_be() -> None:
    message = did_you_mean("serch", 'search "a & b"')
    assert message.text == 'There is no “serch”. Did you mean `/okr search "a &amp; b"`?'
    assert buttons(message) == [('/okr search "a & b"', 'run.0 search "a & b"')]


def test_what_was_not_understood_comes_with_the_line_to_paste_and_the_form() -> None:
    message = not_understood(
        "I understood: “Grow”.", ["There is no “colour:”."], line='create "Grow"', form_line='create-form "Grow"'
    )
    assert message.text == 'I understood: “Grow”.\nThere is no “colour:”.\nTo paste: `/okr create "Grow"`'
    assert buttons(message) == [("Open the form", 'run.0 create-form "Grow"')]


def test_the_line_to_paste_stays_however_many_faults_there_are() -> None:
    message = not_understood("u" * 5000, ["& " * 1000] * 100, line="create " + "x" * 1000)
    assert message.text.endswith("x`")
    assert len(message.text) <= 3000


def test_a_failure_can_be_tried_again() -> None:
    message = failure("Quantive does not answer.", retry_line=f"show {ONBOARDING.id}")
    assert message.text == "⚠ Quantive does not answer."
    assert buttons(message) == [("Try again", f"run.0 show {ONBOARDING.id}")]


def test_a_bug_is_told_with_its_reference() -> None:
    assert bug("7F3A").text.endswith("`7F3A`")


def test_help_groups_the_verbs_with_an_example_each() -> None:
    text = overview([CREATE, SEARCH]).text
    assert text.index("*Find*") < text.index("`/okr search #growth`") < text.index("*Change*")
    assert '*create*  Creates an objective.  `/okr create "Cut onboarding" #growth`' in text
    assert "*Yours*" not in text
    assert text.count("• ") == 4


def test_help_for_a_verb_has_its_grammar_and_every_example() -> None:
    message = of_verb(CREATE)
    assert shown(message).startswith("/okr create\nCreates an objective.\n`/okr create [name] [#tag…]`")
    assert all(example in message.text for example in CREATE.examples)
    assert all(line in message.text for line in CREATE.grammar)


def test_a_change_that_waits_says_for_whom() -> None:
    message = waiting("Quantive", "Update <Cut>")
    accepted = "Accepted. Quantive is not answering yet; I will finish this and tell you."
    assert message.text == shown(message) == f"{accepted}\nUpdate &lt;Cut&gt;"
    assert waiting("The OKR server").text.startswith("Accepted. The OKR server is not answering yet; ")


def test_a_refusal_gives_back_what_was_asked_for() -> None:
    message = refused("Quantive refused the tag <board>.", resume_line="form f1")
    assert message.text == (
        "⚠ Quantive refused the tag &lt;board&gt;.\nWhat you asked for is kept: Resume goes on from there."
    )
    assert buttons(message) == [("Resume", "run.0 form f1")]


def test_a_line_too_long_to_resume_promises_nothing() -> None:
    message = refused("Quantive refused it.", resume_line="create " + "x" * 2000)
    assert message.text == "⚠ Quantive refused it."
    assert buttons(message) == []


def test_what_could_not_be_done_for_a_day_is_given_back() -> None:
    message = given_back("Quantive did not answer.", "form f1", what="Update Cut onboarding")
    assert message.text == (
        "⚠ I tried for a day and could not finish this. Nothing was changed.\nQuantive did not answer.\n"
        "Update Cut onboarding\nWhat you asked for is kept: Resume goes on from there."
    )
    assert buttons(message) == [("Resume", "run.0 form f1")]


def test_where_it_is_not_known_whether_it_was_done_that_is_said() -> None:
    text = given_back("Quantive did not answer.", is_unknown=True).text
    assert "Whether anything was changed is not known: look before you try again." in text
    assert "Nothing was changed" not in text
