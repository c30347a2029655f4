// Times in the reader's zone: message stamps, and the date tokens of message text.

const DAY = 86_400_000;

const formatters = new Map(); // making one takes longer than using it a hundred times

function formatter(language, options) {
  const key = JSON.stringify([language, options]);
  if (!formatters.has(key)) formatters.set(key, new Intl.DateTimeFormat(language, options));
  return formatters.get(key);
}

function format(seconds, zone, options) {
  return formatter("en-US", { timeZone: zone, ...options }).format(seconds * 1000);
}

function dayOf(milliseconds, zone) {
  return formatter("en-CA", { timeZone: zone }).format(milliseconds);
}

function pretty(seconds, zone, otherwise) {
  const day = dayOf(seconds * 1000, zone);
  for (const [name, shift] of [["today", 0], ["yesterday", -DAY], ["tomorrow", DAY]]) {
    if (day === dayOf(Date.now() + shift, zone)) return name;
  }
  return otherwise;
}

const LONG = { year: "numeric", month: "long", day: "numeric" };
const SHORT = { year: "numeric", month: "short", day: "numeric" };
const FULL = { weekday: "long", ...LONG };
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

const TOKENS = {
  date_num: (s, zone) => dayOf(s * 1000, zone),
  date: (s, zone) => format(s, zone, LONG),
  date_short: (s, zone) => format(s, zone, SHORT),
  date_long: (s, zone) => format(s, zone, FULL),
  date_pretty: (s, zone) => pretty(s, zone, format(s, zone, LONG)),
  date_short_pretty: (s, zone) => pretty(s, zone, format(s, zone, SHORT)),
  date_long_pretty: (s, zone) => pretty(s, zone, format(s, zone, FULL)),
  time: (s, zone) => format(s, zone, CLOCK),
  time_secs: (s, zone) => format(s, zone, { ...CLOCK, second: "2-digit" }),
  ago: (s) => ago(s),
};

function ago(seconds) {
  const past = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  const distance = seconds - Date.now() / 1000;
  for (const [unit, size] of [["day", 86_400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(distance) >= size) return past.format(Math.round(distance / size), unit);
  }
  return past.format(Math.round(distance), "second");
}

/** A pattern such as `{date_short_pretty} {time}`, written out; null when the stamp is no number. */
export function writeDate(stamp, pattern, zone) {
  const seconds = Number(stamp);
  if (!/^-?\d+$/.test(stamp) || !Number.isFinite(seconds) || Math.abs(seconds) > 8.64e12) return null;
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => TOKENS[name]?.(seconds, zone) ?? whole);
}

/** A message's time of day. */
export function timeOfDay(ts, zone) {
  return format(Number(ts), zone, CLOCK);
}

/** A message's full date and time, with the zone. */
export function fullTime(ts, zone) {
  return `${format(Number(ts), zone, FULL)} at ${format(Number(ts), zone, { ...CLOCK, second: "2-digit" })} (${zone})`;
}

/** The day a message belongs to, as a heading. */
export function dayName(ts, zone) {
  const name = pretty(Number(ts), zone, format(Number(ts), zone, { weekday: "long", month: "long", day: "numeric" }));
  return name[0].toUpperCase() + name.slice(1);
}

/** The day a message belongs to, as a key. */
export function dayKey(ts, zone) {
  return dayOf(Number(ts) * 1000, zone);
}
