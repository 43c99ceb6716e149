/** The API panel: where the OKR server is, and calls to it that are ready to paste. */

import { make } from "./dom.js";
import { copyButton, makeSnippet } from "./snippets.js";

/** The panel's content. `notes` maps labels to texts: an address, an account id, a token. */
export function renderApiNotes(notes) {
  const entries = Object.entries(notes ?? {});
  if (!entries.length)
    return make("div", { class: "panel-body" }, make("p", {}, "This workspace was started without an OKR server."));
  const find = (pattern) => entries.find(([label]) => pattern.test(label))?.[1] ?? "";
  const facts = entries.map(([label, text]) =>
    make(
      "div",
      { class: "fact" },
      make("dt", {}, writeLabel(label)),
      make("dd", {}, make("code", {}, text), copyButton(text, `Copy ${writeLabel(label)}`)),
    ),
  );
  const [address, account, token] = [find(/address|url|server/i).replace(/\/$/, ""), find(/account/i), find(/token/i)];
  const choose = make("div", { class: "tabs", role: "tablist", "aria-label": "Language" });
  const shown = make("div", { role: "tabpanel", tabindex: "0" });
  const kinds = { curl: listCurl(address, account, token), Python: listPython(address, account, token) };
  for (const [name, snippets] of Object.entries(kinds)) {
    const tab = make(
      "button",
      {
        type: "button",
        role: "tab",
        class: "tab",
        "aria-selected": "false",
        tabindex: "-1",
        onclick: () => select(tab),
      },
      name,
    );
    tab.snippets = snippets;
    choose.append(tab);
  }
  choose.addEventListener("keydown", (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const tabs = [...choose.children];
    const next =
      tabs[(tabs.indexOf(document.activeElement) + (event.key === "ArrowRight" ? 1 : -1) + tabs.length) % tabs.length];
    select(next);
    next.focus();
  });

  function select(tab) {
    for (const one of choose.children) {
      one.setAttribute("aria-selected", String(one === tab));
      one.tabIndex = one === tab ? 0 : -1;
    }
    shown.setAttribute("aria-label", tab.textContent);
    shown.replaceChildren(...tab.snippets.map(([title, code]) => makeSnippet(title, code)));
  }

  select(choose.firstChild);
  return make(
    "div",
    { class: "panel-body" },
    make(
      "p",
      { class: "quiet" },
      "The OKR server speaks the Quantive REST API. Everything the bot does can be done here too, and the other way round.",
    ),
    make("dl", { class: "facts" }, facts),
    choose,
    shown,
  );
}

function writeLabel(label) {
  const words = label.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function listCurl(address, account, token) {
  const head = ['  -H "Authorization: Bearer $OKR_TOKEN"', '  -H "gtmhub-accountId: $OKR_ACCOUNT"'];
  const json = '  -H "Content-Type: application/json"';
  const call = (method, path, ...lines) => [`curl -s ${method}"$OKR_URL/${path}"`, ...head, ...lines].join(" \\\n");
  const take = (expression) => `  python3 -c 'import json, sys; print(${expression})'`;
  const first = (path, test) =>
    `$(${call("", path)} |\n${take(`next(one["id"] for one in json.load(sys.stdin)["items"]${test})`)})`;
  const body =
    '  -d "{\\"name\\": \\"Answer every customer within a day\\", \\"sessionId\\": \\"$SESSION\\",\n       \\"ownerId\\": \\"$OWNER\\", \\"tags\\": [{\\"title\\": \\"growth\\"}]}"';
  return [
    [
      "First: where and who",
      [
        `export OKR_URL='${address}'`,
        `export OKR_ACCOUNT='${account}'`,
        `export OKR_TOKEN='${token}'`,
        `SESSION=${first("sessions", ' if one["status"] == "open"')}`,
        `OWNER=${first("assignees", "")}`,
      ].join("\n"),
    ],
    [
      "Create an objective with a tag",
      `GOAL=$(${call("-X POST ", "goals", json, body)} |\n${take('json.load(sys.stdin)["id"]')})\necho "$GOAL"`,
    ],
    [
      "Change its description",
      call("-X PATCH ", "goals/$GOAL", json, `  -d '{"description": "Measured on working days."}'`),
    ],
    ["List objectives by tag", call("", "goals?tags=growth")],
    ["Delete it", call("-X DELETE ", "goals/$GOAL")],
  ];
}

function listPython(address, account, token) {
  const call = (lines) => lines.join("\n");
  return [
    [
      "First: where and who",
      call([
        "import requests",
        "",
        `url = ${JSON.stringify(address)}`,
        "api = requests.Session()",
        `api.headers = {"Authorization": ${JSON.stringify(`Bearer ${token}`)}, "gtmhub-accountId": ${JSON.stringify(account)}}`,
        'sessions = api.get(f"{url}/sessions", timeout=10).json()["items"]',
        'session = next(one["id"] for one in sessions if one["status"] == "open")',
        'owner = api.get(f"{url}/assignees", timeout=10).json()["items"][0]["id"]',
      ]),
    ],
    [
      "Create an objective with a tag",
      call([
        "goal = api.post(",
        '    f"{url}/goals",',
        '    json={"name": "Answer every customer within a day", "sessionId": session, "ownerId": owner, "tags": [{"title": "growth"}]},',
        "    timeout=10,",
        ").json()",
        'print(goal["id"])',
      ]),
    ],
    [
      "Change its description",
      'api.patch(f"{url}/goals/{goal[\'id\']}", json={"description": "Measured on working days."}, timeout=10).raise_for_status()',
    ],
    [
      "List objectives by tag",
      'for item in api.get(f"{url}/goals", params={"tags": "growth"}, timeout=10).json()["items"]:\n    print(item["name"])',
    ],
    ["Delete it", "api.delete(f\"{url}/goals/{goal['id']}\", timeout=10).raise_for_status()"],
  ];
}
