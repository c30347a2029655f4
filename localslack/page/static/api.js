// The control endpoints of local Slack. Acts of a page go one after the other, as a person's do.

/** Local Slack, or the person's situation, does not allow it; the message says why. */
export class Refused extends Error {}

/** Local Slack did not answer. */
export class Unreachable extends Error {}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(`/_control/${path}`, options);
  } catch {
    throw new Unreachable("Local Slack does not answer. Is it still running?");
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(body.error ?? `Local Slack answered ${response.status}.`);
  return body;
}

/** GET a control endpoint. */
export function get(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const search = new URLSearchParams(given).toString();
  return ask(search ? `${path}?${search}` : path);
}

/** POST (or DELETE) to a control endpoint. */
export function send(path, body = {}, method = "POST") {
  const content = method === "DELETE" ? undefined : JSON.stringify(body);
  return ask(path, { method, body: content, headers: { "content-type": "application/json" } });
}

let last = Promise.resolve();

/** Act as a person: after whatever this page is still doing, so that typed text is there before the submit. */
export function act(name, body) {
  const answer = last.then(() => send(`act/${name}`, body));
  last = answer.catch(() => undefined);
  return answer;
}
