/** Dates and times as the person acted as reads them: in their own time zone. */

let zone;
const formats = new Map(); // making a formatter costs far more than using one

/** Sets the IANA zone for everything shown from now on; an unknown one means the browser's own. */
export function setTimeZone(name) {
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: name });
    zone = name;
  } catch {
    zone = undefined;
  }
}

function write(date, options, language = "en-GB") {
  const key = `${zone} ${language} ${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(language, { timeZone: zone, ...options }));
  return formats.get(key).format(date);
}

/** The calendar day as YYYY-MM-DD in the reader's zone. */
export function dayOf(date) {
  return write(date, { year: "numeric", month: "2-digit", day: "2-digit" }, "en-CA");
}

/** A message's ts (unix seconds with a sequence behind the dot) as a Date. */
export function dateOfTs(ts) {
  return new Date(Number(ts) * 1000);
}

export function writeTime(date) {
  return write(date, { hour: "2-digit", minute: "2-digit" });
}

export function writeMoment(date) {
  return write(date, {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
}

/** Today, Yesterday, or the day in words. */
export function writeDay(date) {
  return (
    nearDay(date) ||
    write(date, { weekday: "long", day: "numeric", month: "long", year: thisYear(date) ? undefined : "numeric" })
  );
}

function nearDay(date) {
  const days = Math.round((Date.parse(dayOf(date)) - Date.parse(dayOf(new Date()))) / 86_400_000);
  return { "-1": "Yesterday", 0: "Today", 1: "Tomorrow" }[days] ?? "";
}

function thisYear(date) {
  return dayOf(date).slice(0, 4) === dayOf(new Date()).slice(0, 4);
}

/** How long ago a date was, in words: "5 minutes ago". */
function writeAgo(date) {
  const seconds = (date.getTime() - Date.now()) / 1000;
  const units = [
    ["year", 31_536_000],
    ["month", 2_592_000],
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ];
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return new Intl.RelativeTimeFormat("en-GB", { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

const SHORT = { day: "numeric", month: "short", year: "numeric" };
const LONG = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
const PIECES = {
  date_num: dayOf,
  date_slash: (date) => write(date, { day: "2-digit", month: "2-digit", year: "numeric" }),
  date: (date) => write(date, { day: "numeric", month: "long", year: "numeric" }),
  date_short: (date) => write(date, SHORT),
  date_long: (date) => write(date, LONG),
  date_pretty: (date) => nearDay(date).toLowerCase() || PIECES.date(date),
  date_short_pretty: (date) => nearDay(date).toLowerCase() || PIECES.date_short(date),
  date_long_pretty: (date) => nearDay(date).toLowerCase() || PIECES.date_long(date),
  day_divider_pretty: writeDay,
  time: writeTime,
  time_secs: (date) => write(date, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  ago: writeAgo,
};

/** Fills the format of <!date^…> (https://docs.slack.dev/messaging/formatting-message-text); unknown pieces stay. */
export function fillDateFormat(format, date) {
  const text = format.replace(/\{(\w+)\}/g, (whole, name) => PIECES[name]?.(date) ?? whole);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Unix seconds of a local "YYYY-MM-DDTHH:mm" in the reader's zone. */
export function unixOfLocal(local) {
  const guess = Date.parse(`${local}:00Z`);
  const shown = Date.parse(`${localOfUnix(guess / 1000)}:00Z`);
  return Math.round((guess - (shown - guess)) / 1000);
}

/** The other way round: unix seconds as "YYYY-MM-DDTHH:mm" in the reader's zone. */
export function localOfUnix(seconds) {
  const date = new Date(seconds * 1000);
  return `${dayOf(date)}T${writeTime(date)}`;
}
