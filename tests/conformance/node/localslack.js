// What the tests share: the emulator's control endpoints, a Bolt app behind either door, and views.

import assert from "node:assert/strict";

import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from "@slack/bolt";

export const env = process.env;
export const ADMIN = "C0ADMIN0001";
export const LOBBY = "C0LOBBY0001";
export const HQ = "T0HQ000001";
export const clientOptions = { slackApiUrl: env.SLACK_API_URL, retryConfig: { retries: 0 } };

async function control(path, init) {
  const response = await fetch(`${env.LOCALSLACK_URL}/_control/${path}`, init);
  const body = await response.json();
  assert.ok(response.ok, `${path}: ${body.error}`);
  return body;
}

export const get = (path) => control(path);

export function post(path, body = {}) {
  const headers = { "Content-Type": "application/json" };
  return control(path, { method: "POST", headers, body: JSON.stringify(body) });
}

export async function eventually(look, what, seconds = 10) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const { version } = await get("see/version");
    const seen = await look();
    if (seen) return seen;
    assert.ok(Date.now() < deadline, `never seen: ${what}`);
    await get(`see/changes?after=${version}&timeout=0.5`);
  }
}

/** One person in front of the Slack client. */
export class Person {
  constructor(id) {
    this.id = id;
  }

  act(what, body = {}) {
    return post(`act/${what}`, { user: this.id, ...body });
  }

  command(text = "", channel = ADMIN) {
    return this.act("command", { command: "/ask", text, channel });
  }

  async modal() {
    return (await get(`see/modal?user=${this.id}`)).modal;
  }

  waitModal(title) {
    return eventually(async () => {
      const modal = await this.modal();
      return modal?.title === title && modal;
    }, `a modal called ${title}`);
  }

  async messages(channel) {
    return (await get(`see/messages?user=${this.id}&channel=${channel}`)).messages;
  }

  waitMessage(channel, text) {
    return eventually(
      async () => (await this.messages(channel)).findLast((message) => message.text.includes(text)),
      `a message with ${text}`,
    );
  }
}

export const ana = new Person("W0ANA00001");

/** A started Bolt app; `door` is "http" or "socket". In Socket Mode it has no port of its own. */
export async function start(door, listen, more = {}) {
  const logLevel = LogLevel.ERROR;
  const receiver =
    door === "http"
      ? new HTTPReceiver({ signingSecret: env.SLACK_SIGNING_SECRET, logLevel, ...more })
      : new SocketModeReceiver({
          appToken: env.SLACK_APP_TOKEN,
          logLevel,
          installerOptions: { clientOptions: { slackApiUrl: env.SLACK_API_URL } },
          ...more,
        });
  const identity = more.installationStore ? {} : { token: env.SLACK_BOT_TOKEN };
  const app = new App({ ...identity, receiver, clientOptions, logLevel });
  listen(app);
  const server = await app.start(door === "http" ? { host: "127.0.0.1", port: 0 } : undefined);
  if (door === "http") {
    await post("app", { app_url: `http://127.0.0.1:${server.address().port}` });
  } else {
    await eventually(async () => (await get("app")).socket_mode, "a socket");
  }
  return app;
}

export async function stop(app, door) {
  await app?.stop();
  if (door === "socket") await eventually(async () => !(await get("app")).socket_mode, "no socket");
}

export const plain = (text) => ({ type: "plain_text", text });

export const modal = (title, blocks = [], more = {}) => ({
  type: "modal",
  title: plain(title),
  submit: plain("Send"),
  blocks,
  ...more,
});

export const textInput = (block_id, label) => ({
  type: "input",
  block_id,
  label: plain(label),
  element: { type: "plain_text_input", action_id: "text" },
});

export const button = (action_id, label) => ({
  type: "actions",
  elements: [{ type: "button", action_id, text: plain(label), value: action_id }],
});

/** The code Slack refused a call with. */
export async function refusal(call) {
  try {
    await call;
  } catch (error) {
    return error.data?.error ?? error;
  }
  return "accepted";
}
