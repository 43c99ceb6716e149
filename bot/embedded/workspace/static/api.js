/** Calls to the workspace's server, and its stream of events. */

const HEADERS = { "X-Workspace": "1", "Content-Type": "application/json" };

/** GET /workspace/<path> with a query; throws where there is no answer to work with. */
export async function get(path, query = {}) {
  const response = await fetch(`/workspace/${path}?${new URLSearchParams(query)}`, { headers: HEADERS });
  if (!response.ok) throw new Error(`The workspace answered ${response.status}.`);
  return response.json();
}

/** POST /workspace/<path>; always answers an Outcome, {ok: false} where the server could not be reached. */
export async function post(path, body, { keepalive = false } = {}) {
  try {
    const response = await fetch(`/workspace/${path}`, {
      method: "POST",
      headers: HEADERS,
      body: JSON.stringify(body),
      keepalive,
    });
    return await response.json();
  } catch {
    return {
      ok: false,
      error: "unreachable",
      text: "The workspace does not answer. Is okr-bot still running?",
      errors: {},
      views: null,
    };
  }
}

const FAILURES = {
  operation_timeout: "The app took too long to answer. Try again.",
  dispatch_failed: "The app did not respond. Try again.",
};

/** The sentence to show for an Outcome that is not ok. */
export function describeFailure(outcome, otherwise = "That did not work. Try again.") {
  return outcome.text || FAILURES[outcome.error] || (outcome.error ? `${otherwise} (${outcome.error})` : otherwise);
}

const EVENTS = [
  ...["message", "message_changed", "message_deleted", "views", "home", "channel", "channel_left", "user", "faults"],
  ...["inspected", "reload"],
];

/** Listens to what happens; `handlers` by event name, plus `online(bool)`. Answers a function that stops. */
export function listen(as, after, handlers) {
  let last = after;
  let offline = 0;
  let again = 0;
  let source = null;

  function open() {
    source = new EventSource(`/workspace/events?${new URLSearchParams({ as, after: last })}`);
    for (const name of EVENTS) source.addEventListener(name, receive);
    source.onopen = () => {
      clearTimeout(offline);
      offline = 0;
      handlers.online(true);
    };
    source.onerror = () => {
      // The server ends every stream after a while by design, so only a longer silence is worth a word.
      offline ||= setTimeout(() => handlers.online(false), 4000);
      if (source.readyState === EventSource.CLOSED) again = setTimeout(open, 2000);
    };
  }

  function receive(event) {
    last = event.lastEventId || last;
    handlers[event.type]?.(JSON.parse(event.data));
  }

  open();
  return () => {
    clearTimeout(offline);
    clearTimeout(again);
    source.close();
  };
}
