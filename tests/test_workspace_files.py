"""Files the app uploads: announced, sent, shown where it says, and downloaded."""

from typing import Any

import requests

from tests.test_workspace_api import refusal
from tests.test_workspace_stage import Stage, staged

CSV = "who,what\nAda,created\n"


def announced(stage: Stage, name: str = "record.csv", length: int = len(CSV)) -> Any:
    return stage.client.files_getUploadURLExternal(filename=name, length=length)


def sent(url: str, content: str = CSV) -> int:
    """The status of an upload."""
    with requests.post(url, data=content, timeout=30) as response:
        return response.status_code


def test_a_file_is_shown_in_a_channel_with_its_comment_and_downloaded_as_such() -> None:
    with staged() as stage:
        answer = stage.client.files_upload_v2(
            channel="C0GENERAL", filename="record.csv", title="The record", content=CSV, initial_comment="As asked"
        )
        message = stage.slack.messages("U0GRACE", "C0GENERAL")[0]
        shared = message["files"][0]
        assert (message["text"], shared["title"], shared["name"], shared["size"], shared["mimetype"]) == (
            "As asked",
            "The record",
            "record.csv",
            len(CSV),
            "text/csv",
        )
        assert answer["file"]["id"] == shared["id"]
        assert answer["file"]["url_private"] == stage.slack.base_url + shared["url"]
        with stage.http.get(stage.slack.base_url + shared["url"]) as response:
            assert response.text == CSV
            assert response.headers["Content-Disposition"] == "attachment"


def test_a_file_goes_to_a_direct_message_a_thread_and_several_channels() -> None:
    with staged() as stage:
        client = stage.client
        dm = client.conversations_open(users="U0GRACE")["channel"]["id"]
        client.files_upload_v2(channel=dm, filename="a.csv", content=CSV)
        assert [one["files"][0]["name"] for one in stage.slack.messages("U0GRACE", dm)] == ["a.csv"]
        head = client.chat_postMessage(channel="C0GROWTH", text="Digest")["ts"]
        client.files_upload_v2(channel="C0GROWTH", thread_ts=head, filename="b.csv", content=CSV)
        assert [one["files"] != [] for one in stage.slack.thread("U0ADA", "C0GROWTH", head)] == [False, True]
        client.files_upload_v2(channels=["C0GENERAL", "U0ALAN"], filename="c.csv", content=CSV)
        assert stage.slack.messages("U0ADA", "C0GENERAL")[0]["files"][0]["name"] == "c.csv"
        assert stage.slack.messages("U0ALAN", "D0ALAN")[0]["files"][0]["name"] == "c.csv"


def test_several_files_come_in_one_message() -> None:
    with staged() as stage:
        uploads = [{"filename": f"{name}.csv", "content": CSV, "title": name} for name in ("one", "two")]
        stage.client.files_upload_v2(channel="C0GENERAL", file_uploads=uploads)
        shown = stage.slack.messages("U0ADA", "C0GENERAL")
        assert [[file["title"] for file in one["files"]] for one in shown] == [["one", "two"]]


def test_any_name_can_be_downloaded() -> None:
    with staged() as stage:
        name = "Q4 #1 – 50 %/ä?.csv"
        stage.client.files_upload_v2(channel="C0GENERAL", filename=name, content=CSV)
        shared = stage.slack.messages("U0ADA", "C0GENERAL")[0]["files"][0]
        assert shared["name"] == name
        with stage.http.get(stage.slack.base_url + shared["url"]) as response:
            assert (response.status_code, response.text) == (200, CSV)


def test_a_file_not_shared_is_nowhere_and_a_channel_must_be_one_the_bot_may_post_to() -> None:
    with staged() as stage:
        stage.client.files_upload_v2(filename="a.csv", content=CSV)
        upload = lambda place: stage.client.files_upload_v2(channel=place, filename="a.csv", content=CSV)  # noqa: E731
        assert refusal(lambda: upload("C0LEADERSHIP"))["error"] == "channel_not_found"
        assert refusal(lambda: upload("U0GRACE"))["error"] == "channel_not_found"
        stage.slack.archive("C0GROWTH")
        assert refusal(lambda: upload("C0GROWTH"))["error"] == "is_archived"
        assert stage.slack.messages("U0ADA", "C0GENERAL") == []


def test_an_upload_address_works_once_for_the_announced_length_and_before_completion() -> None:
    with staged() as stage:
        made = announced(stage)
        complete = lambda: stage.client.files_completeUploadExternal(files=[{"id": made["file_id"]}])  # noqa: E731
        assert refusal(complete)["error"] == "file_not_found"
        assert sent(made["upload_url"], "shorter") == 404
        assert sent(made["upload_url"]) == 200
        assert sent(made["upload_url"]) == 404
        assert sent(made["upload_url"].rpartition("/")[0] + "/" + made["file_id"]) == 404
        assert complete()["files"][0]["title"] == "record.csv"


def test_another_name_of_the_host_gets_no_file() -> None:
    with staged() as stage:
        stage.client.files_upload_v2(channel="C0GENERAL", filename="a.csv", content=CSV)
        url = stage.slack.messages("U0ADA", "C0GENERAL")[0]["files"][0]["url"]
        with requests.get(stage.slack.base_url + url, headers={"Host": "evil.example"}, timeout=30) as response:
            assert response.status_code == 403


def test_blocks_stand_in_for_a_comment() -> None:
    with staged() as stage:
        made = announced(stage)
        sent(made["upload_url"])
        blocks = '[{"type": "section", "text": {"type": "mrkdwn", "text": "*Here*"}}]'
        files = [{"id": made["file_id"]}]
        stage.client.files_completeUploadExternal(files=files, channel_id="C0GENERAL", blocks=blocks)
        assert stage.slack.messages("U0ADA", "C0GENERAL")[0]["blocks"][0]["text"]["text"] == "*Here*"
