/** What this workspace is, and how to move to a real one. */

import { make } from "./dom.js";
import { makeSnippet } from "./snippets.js";

/** The About panel's content. */
export function renderAbout() {
  const steps = [
    [
      "Make the app",
      [
        "At ",
        make(
          "a",
          { href: "https://api.slack.com/apps", target: "_blank", rel: "noopener noreferrer" },
          "api.slack.com/apps",
        ),
        " choose “From a manifest” and paste ",
        make("code", {}, "manifest.yml"),
        ". Install it to your workspace.",
      ],
    ],
    ["Give the bot its keys", ["Put the bot token and one way to be reached into ", make("code", {}, ".env"), "."]],
    [
      "Point it at your OKRs",
      [
        "With a Quantive account add its settings, the last ones below. Without one the bot keeps using its own OKR server.",
      ],
    ],
    [
      "Check, then start",
      [
        make("code", {}, "okr-bot check"),
        " names whatever is missing. ",
        make("code", {}, "okr-bot socket"),
        " needs no public address; ",
        make("code", {}, "okr-bot serve"),
        " answers over HTTP.",
      ],
    ],
  ];
  return make(
    "div",
    { class: "panel-body" },
    make(
      "p",
      {},
      `This workspace runs on this machine only. The bot in it is the same that runs in Slack; the people are samples, and nothing leaves this computer.`,
    ),
    make("h3", {}, "Move to a real workspace"),
    make(
      "ol",
      { class: "steps" },
      steps.map(([title, text]) => make("li", {}, make("strong", {}, title), make("p", {}, text))),
    ),
    makeSnippet(".env for Socket Mode", "SLACK_BOT_TOKEN=xoxb-…\nSLACK_APP_TOKEN=xapp-…"),
    makeSnippet(".env for HTTP", "SLACK_BOT_TOKEN=xoxb-…\nSLACK_SIGNING_SECRET=…"),
    makeSnippet(
      ".env for Quantive",
      "QUANTIVE_API_URL=https://app.us.gtmhub.com/api/v1\nQUANTIVE_ACCOUNT_ID=…\nQUANTIVE_API_TOKEN=…",
    ),
  );
}
