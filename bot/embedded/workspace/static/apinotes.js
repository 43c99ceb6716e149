/** The API panel: where the OKR server is, and calls to it that are ready to paste. */

import { make } from "./dom.js";
import { copyButton, makeSnippet } from "./snippets.js";

/** The panel's content. `notes` maps labels to texts: an address, an account id, a token. */
export function renderApiNotes(notes) {
  const entries = Object.entries(notes ?? {});
  if (!entries.length) return make("div", { class: "panel-body" }, make("p", {}, "This workspace was started without an OKR server."));
  const find = (pattern) => entries.find(([label]) => pattern.test(label))?.[1] ?? "";
  const facts = entries.map(([label, text]) => make("div", { class: "fact" }, make("dt", {}, writeLabel(label)), make("dd", {}, make("code", {}, text), copyButton(text, `Copy ${writeLabel(label)}`))));
  const [address, account, token] = [find(/address|url|server/i).replace(/\/$/, ""), find(/account/i), find(/token/i)];
  const choose = make("div", { class: "tabs", role: "tablist", "aria-label": "Language" });
  const shown = make("div", { role: "tabpanel", tabindex: "0" });
  const kinds = { curl: listCurl(address, account, token), Python: listPython(address, account, token) };
  for (const [name, snippets] of Object.entries(kinds)) {
    const tab = make("button", { type: "button", role: "tab", class: "tab", "aria-selected": "false", tabindex: "-1", onclick: () => select(tab) }, name);
    tab.snippets = snippets;
    choose.append(tab);
  }
  choose.addEventListener("keydown", (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const tabs = [...choose.children];
    const next = tabs[(tabs.indexOf(document.activeElement) + (event.key === "ArrowRight" ? 1 : -1) + tabs.length) % tabs.length];
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
  return make("div", { class: "panel-body" }, make("p", { class: "quiet" }, "The OKR server speaks the Quantive REST API. Everything the bot does can be done here too, and the other way round."), make("dl", { class: "facts" }, facts), choose, shown);
}

function writeLabel(label) {
  const words = label.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function listCurl(address, account, token) {
  const head = `-H "Authorization: Bearer $OKR_TOKEN" -H "gtmhub-accountId: $OKR_ACCOUNT"`;
  const json = `${head} -H "Content-Type: application/json"`;
  const first = (path) => `$(curl -s "$OKR_URL/${path}" ${head} | python3 -c 'import json, sys; print(json.load(sys.stdin)["items"][0]["id"])')`;
  return [
    ["First: where and who", `export OKR_URL='${address}'\nexport OKR_ACCOUNT='${account}'\nexport OKR_TOKEN='${token}'\nSESSION=${first("sessions")}\nOWNER=${first("assignees")}`],
    ["Create an objective with a tag", `curl -s -X POST "$OKR_URL/goals" ${json} \\\n  -d "{\\"name\\": \\"Answer every customer within a day\\", \\"sessionId\\": \\"$SESSION\\", \\"ownerId\\": \\"$OWNER\\", \\"tags\\": [{\\"title\\": \\"growth\\"}]}" \\\n  | tee objective.json\nGOAL=$(python3 -c 'import json; print(json.load(open("objective.json"))["id"])')`],
    ["Change its description", `curl -s -X PATCH "$OKR_URL/goals/$GOAL" ${json} \\\n  -d '{"description": "Measured on working days."}'`],
    ["List objectives by tag", `curl -s "$OKR_URL/goals?tags=growth" ${head}`],
    ["Delete it", `curl -s -X DELETE "$OKR_URL/goals/$GOAL" ${head}`],
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
        'session = api.get(f"{url}/sessions", timeout=10).json()["items"][0]["id"]',
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
    ["Change its description", 'api.patch(f"{url}/goals/{goal[\'id\']}", json={"description": "Measured on working days."}, timeout=10).raise_for_status()'],
    ["List objectives by tag", 'for item in api.get(f"{url}/goals", params={"tags": "growth"}, timeout=10).json()["items"]:\n    print(item["name"])'],
    ["Delete it", 'api.delete(f"{url}/goals/{goal[\'id\']}", timeout=10).raise_for_status()'],
  ];
}
