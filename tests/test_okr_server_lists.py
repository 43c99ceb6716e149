"""Lists of the OKR server: v1 gives all, v2 gives what a filter asks for, a page at a time."""

import json
from typing import Any

import pytest

from tests.okr_server_case import Api, api, clock, database, engine, sample

__all__ = ["api", "clock", "database", "engine", "sample"]


SLOW = "The regular expression in the filter could take too long: repeats within repeats."


def names(answer: Any) -> list[str]:
    return [item["name"] for item in answer["items"]]


def find(api: Api, filter_: str, kind: str = "goals", **params: Any) -> list[str]:
    return sorted(names(api.get(f"v2/{kind}", filter=filter_, **params)))


# v1


def test_v1_lists_everything_whatever_is_asked_that_it_does_not_know(sample: Api) -> None:
    everything = sample.get("goals")

    assert everything["totalCount"] == len(everything["items"]) == 25
    assert sample.get("goals", skip=10, limit=2, sort="-name", filter='{name:"x"}', who="me") == everything
    assert "metrics" not in everything["items"][0]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (["Test Tag"], 2),
        (["  test   TAG "], 2),
        (["mobile", "finance"], 2),
        (["mobile,finance"], 2),
        (["unknown"], 0),
        (["unknown", "finance"], 1),
        (["'; DROP TABLE okr_goals; --"], 0),
    ],
)
def test_v1_finds_any_of_the_tags_without_regard_to_case_and_space(sample: Api, tags: list[str], expected: int) -> None:
    assert sample.get("goals", tags=tags)["totalCount"] == expected


def test_v1_lists_the_objectives_of_a_session_or_with_key_results_of_somebody(sample: Api) -> None:
    session_id = next(item["id"] for item in sample.get("sessions")["items"] if item["title"] == "2026")
    hedy = next(item["id"] for item in sample.get("users")["items"] if item["name"] == "Hedy Lamarr")

    of_session = sample.get("goals", sessionId=session_id)
    of_hedy = sample.get("goals", includeMetrics="true", metricOwnerIds=hedy)

    assert {item["sessionId"] for item in of_session["items"]} == {session_id}
    assert len(of_session["items"]) == 3
    assert names(of_hedy) == ["Win back the customers we lost to price", "Reach 100 paying customers in the Nordics"]
    assert [len(item["metrics"]) for item in of_hedy["items"]] == [2, 3]
    assert sample.get(f"goals/metric/{hedy}") == of_hedy


# v2


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        ('{name:"Write down how we decide"}', ["Write down how we decide"]),
        ('{"name":{"$eq":"Write down how we decide"}}', ["Write down how we decide"]),
        ("{name:{$regex:'.*reliable.*'}}", ["Make the service boringly reliable"]),
        ("{name:{$regex:'(?i)MAKE the'}}", [
            "Make the mobile app worth opening daily", "Make the service boringly reliable",
        ]),
        ("{name:{$regex:'make THE', $options:'i'}}", [
            "Make the mobile app worth opening daily", "Make the service boringly reliable",
        ]),
        ("{name:{$regex:'make the'}}", []),
        ("{name:{$regex:'^Make .*(daily|reliable)$'}}", [
            "Make the mobile app worth opening daily", "Make the service boringly reliable",
        ]),
        ("{name:{$regex:'daily$'}}", ["Make the mobile app worth opening daily"]),
        ("{name:{$regex:'^Hire'}}", ["Hire a support team that customers thank by name"]),
        ("{name:{$regex:'100% \\\\(x\\\\)'}}", []),
        ("{'tags.title':{$all:['growth','mobile']}}", ["Make the mobile app worth opening daily"]),
        ("{tags.title:{$in:['finance','mobile']}, attainment:{$gt:0}}", ["Be profitable in every month"]),
        ("{tags.title:{$regex:'^enter'}, attainment:0}", ["Prove that we can run in the customer's own cloud"]),
        ("{metricsCount:0}", ["Write down how we decide"]),
        ("{metricsCount:{$lt:0.4}}", ["Write down how we decide"]),
        ("{metricsCount:{$in:[0.4, 100000000000000000000]}}", []),
        ("{metricsCount:{$gt:1e300}, name:{$regex:'a'}}", []),
        ("{metricsCount:{$gte:4,$lt:5}}", ["Make the service boringly reliable"]),
        ("{access:{$ne:null}}", ["Settle the reorganisation of the field team"]),
        ("{access.inherits:false}", ["Settle the reorganisation of the field team"]),
        ("{$and:[{metricsCount:3},{name:{$not:{$regex:'e'}}}]}", []),
        ("{$or:[{metricsCount:0},{access.inherits:{$exists:true}}]}", [
            "Settle the reorganisation of the field team", "Write down how we decide",
        ]),
        ("{$nor:[{metricsCount:{$gte:1}}]}", ["Write down how we decide"]),
        ("{assignee.name:'Jose Valim'}", ["Open the product in three more languages"]),
        ("{unheard:{$exists:true}}", []),
        ("{name:7}", []),
        ("{attainment:'x'}", []),
        ("{dateCreated:{$lt:'2020-01-01'}}", []),
        ("{name:{$in:[]}}", []),
    ],
)  # fmt: skip
def test_a_filter_finds_what_mongo_would(sample: Api, filter_: str, expected: list[str]) -> None:
    assert find(sample, filter_) == expected


def test_the_ways_to_say_which_one(sample: Api) -> None:
    goal = sample.get("goals")["items"][1]

    for filter_ in (
        f'{{_id:"{goal["id"]}"}}',
        f'{{id:{{$in:["{goal["id"]}"]}}}}',
        f'{{"ownerIds":"{goal["ownerIds"][0]}",name:{json.dumps(goal["name"])}}}',
        f'{{parentId:"{goal["parentId"]}",dateCreated:"{goal["dateCreated"]}"}}',
    ):
        assert goal["name"] in find(sample, filter_)
        assert sample.get("v2/goals", filter=filter_)["totalCount"] == len(find(sample, filter_))


def test_aligned_objectives_are_found_by_their_parent(sample: Api) -> None:
    parent = next(
        item["id"] for item in sample.get("goals")["items"] if item["name"] == "Make the service boringly reliable"
    )

    assert find(sample, f'{{parentId:"{parent}"}}') == ["Halve the time from commit to production"]


@pytest.mark.parametrize(
    ("filter_", "reason"),
    [
        ("{", "The filter is not valid JSON."),
        ("[]", "The filter must be an object."),
        ('"x"', "The filter must be an object."),
        ("{a:NaN}", "The filter holds a number that is not finite."),
        ("{$where:'1'}", "The filter's operator $where is not known."),
        ("{name:{$near:1}}", "The filter's operator $near is not known."),
        ("{name:{$in:'x'}}", "$in in the filter needs a list of at most 1,000 values."),
        ("{name:{$gt:{}}}", "$gt in the filter needs a number or text."),
        ("{name:{$regex:7}}", "$regex in the filter needs text."),
        ("{name:{$regex:'('}}", "The regular expression in the filter is not valid."),
        ("{name:{$regex:'(a+)+$'}}", SLOW),
        ("{name:{$regex:'(a|a)*b'}}", SLOW),
        ("{name:{$regex:'a*b*c*d'}}", "The regular expression in the filter has more than 2 repeats."),
        ("{name:{$regex:'" + "x" * 501 + "'}}", "The regular expression is longer than 500 characters."),
        ("{name:'" + "x" * 20_000 + "'}", "The filter is longer than 20,000 characters."),
        ("{$and:{}}", "$and in the filter needs a list of conditions."),
        ("{$or:[]}", "$or in the filter needs a list of conditions."),
        ("{name:{$not:'x'}}", "$not in the filter needs operators."),
        ("{'na me':1}", "The filter's field 'na me' is not a field name."),
        ('{"a":' * 60 + "1" + "}" * 60, "The filter is nested too deeply."),
        ("[" * 15_000, "The filter is not valid JSON."),
    ],
)  # fmt: skip
def test_a_wrong_filter_is_refused_with_the_reason(sample: Api, filter_: str, reason: str) -> None:
    assert sample.refused("GET", "v2/goals", filter=filter_) == reason


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"skip": "-1"}, "The parameter skip must be a whole number of at least 0."),
        ({"limit": "many"}, "The parameter limit must be a whole number of at least 0."),
        ({"take": "1.5"}, "The parameter take must be a whole number of at least 0."),
        ({"sort": "mood"}, "The parameter sort names mood, which goals cannot be sorted by."),
        ({"fields": "a{b"}, "The parameter fields does not close a brace."),
        ({"fields": "a}"}, "The parameter fields closes a brace that is not open."),
        ({"fields": "{a}"}, "The parameter fields has a brace in the wrong place."),
        ({"fields": "a;b"}, "The parameter fields is not a list of names."),
    ],
)
def test_a_wrong_parameter_is_refused_with_the_reason(sample: Api, params: dict[str, str], reason: str) -> None:
    assert sample.refused("GET", "v2/goals", **params) == reason


def test_pages_hold_everything_once_in_the_order_asked_for(sample: Api) -> None:
    pages = [sample.get("v2/goals", sort="-attainment", skip=skip, take=10) for skip in (0, 10, 20, 30)]

    items = [item for answer in pages for item in answer["items"]]
    assert [len(answer["items"]) for answer in pages] == [10, 10, 5, 0]
    assert {answer["totalCount"] for answer in pages} == {25}
    assert items == sorted(items, key=lambda item: (-item["attainment"], item["id"]))
    assert len({item["id"] for item in items}) == 25


def test_a_page_is_a_hundred_by_default_and_a_thousand_at_most(api: Api) -> None:
    api.server.fill_many(goals=0, people=1_100)

    assert [len(api.get("v2/users", **params)["items"]) for params in ({}, {"limit": 5}, {"limit": 9_999})] == [
        100,
        5,
        1_000,
    ]
    assert api.get("v2/users", limit=0) == {"items": [], "totalCount": 1_100}
    assert len(api.get("users", limit=10)["items"]) == 1_100
    assert len(api.get("assignees")["items"]) == 1_100


def test_nested_fields_bring_key_results_along(sample: Api) -> None:
    answer = sample.get(
        "v2/goals", filter="{metricsCount:4}", fields="name,metrics{id,name,metricHistory{comment}},tags{title}"
    )

    goal = answer["items"][0]
    assert sorted(goal) == ["accountId", "id", "metrics", "name", "tags"]
    assert goal["tags"] == [{"title": "reliability"}]
    assert [sorted(metric) for metric in goal["metrics"]] == [["id", "metricHistory", "name"]] * 4
    assert len(goal["metrics"][0]["metricHistory"]) > 1
    assert list(goal["metrics"][0]["metricHistory"][0]) == ["comment"]


def test_key_results_are_found_as_the_vendors_command_line_asks_for_them(sample: Api) -> None:
    session_id = next(item["id"] for item in sample.get("sessions")["items"] if item["title"] == "Q4 2026")
    grace = next(item["id"] for item in sample.get("users")["items"] if item["name"] == "Grace Hopper")

    filter_ = f'{{sessionId:{{$in:["{session_id}"]}}, ownerId:"{grace}"}}'
    answer = sample.get("v2/metrics", filter=filter_, sort="-lastCheckInDate")

    assert sorted(names(answer)) == [
        "Incidents found by us before customers",
        "Minutes of downtime a month",
    ]
    dates = [item["lastCheckInDate"] for item in answer["items"]]
    assert dates == sorted(dates, reverse=True)


def test_assignees_are_users_and_teams(sample: Api) -> None:
    assert find(sample, '{type:"team"}', "assignees") == ["Engineering", "Marketing", "Product"]
    assert len(find(sample, '{type:"user"}', "assignees")) == 12
    assert find(sample, "{name:{$regex:'(?i)LOVE'}}", "assignees") == ["Ada Lovelace"]
    assert find(sample, "{email:'ada.lovelace@example.com'}", "users") == ["Ada Lovelace"]
    marketing = next(item for item in sample.get("teams")["items"] if item["name"] == "Marketing")
    assert find(sample, f'{{teamIds:"{marketing["id"]}"}}', "users") == [
        "Annie Easley",
        "Hedy Lamarr",
        "Tim Berners-Lee",
    ]
    hedy = sample.get(f"users/{marketing['manager']}")
    assert (hedy["name"], hedy["teamIds"], hedy["managedTeamIds"]) == (
        "Hedy Lamarr",
        [marketing["id"]],
        [marketing["id"]],
    )
