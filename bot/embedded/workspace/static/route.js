/** Where one is, kept in the address so that reload, Back and a second window work: ?as=U…#/C…/home or #/C…/t/<ts>. */

/** The place in the address: {as, channel, home, thread}. */
export function readRoute() {
  const [, channel = "", kind = "", ts = ""] = location.hash.split("/");
  return {
    as: new URLSearchParams(location.search).get("as") ?? "",
    channel,
    home: kind === "home",
    thread: kind === "t" ? ts : "",
  };
}

/** The address of an objective when that is where one is: the OKR server has no web app of its own here. */
export function readObjective() {
  return location.hash.startsWith("#/goals/") ? `${location.origin}/${location.hash}` : "";
}

/** Turns the address of a permalink (/archives/C…/p<ts without its dot>) into a place of the page. */
export function enterByPermalink() {
  const match = /^\/archives\/(\w+)(?:\/p(\d{10})(\d+))?/.exec(location.pathname);
  if (!match) return;
  const [, channel, seconds, rest] = match;
  history.replaceState(
    null,
    "",
    `/${location.search}${writeHash({ channel, thread: seconds ? `${seconds}.${rest}` : "" })}`,
  );
}

/** The hash for a place. */
export function writeHash({ channel, home = false, thread = "" }) {
  return `#/${channel}${home ? "/home" : ""}${thread ? `/t/${thread}` : ""}`;
}

/** Names the person acted as in the address; another channel than before may be given. */
export function rememberPerson(id, hash = location.hash) {
  history.replaceState(null, "", `/?as=${encodeURIComponent(id)}${hash}`);
}
