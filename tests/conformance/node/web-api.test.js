// @slack/web-api: paging, patience, uploads and errors, as it expects of Slack.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { ErrorCode, WebClient } from "@slack/web-api";

import { ADMIN, HQ, ana, clientOptions, env, get, modal, post, refusal } from "./localslack.js";

const bot = new WebClient(env.SLACK_BOT_TOKEN, clientOptions);
const admin = new WebClient(env.SLACK_USER_TOKEN, clientOptions);

beforeEach(() => post("reset"));

test("paginate walks through all pages", async () => {
  const types = "public_channel,private_channel";
  const pages = [];
  for await (const page of bot.paginate("conversations.list", { team_id: HQ, types, limit: 4 })) {
    pages.push(page.channels.map((channel) => channel.id));
  }
  const { channels } = await bot.conversations.list({ team_id: HQ, types, limit: 999 });
  assert.ok(pages.length > 1);
  assert.deepEqual(pages.flat(), channels.map((channel) => channel.id));
});

test("paginate reduces and stops where it is told to", async () => {
  const count = await admin.paginate(
    "admin.users.list",
    { limit: 5 },
    (page) => page.users.length < 5,
    (sum, page) => (sum ?? 0) + page.users.length,
  );
  assert.equal(count, (await admin.admin.users.list({ limit: 1000 })).users.length);
});

test("a rate limit is waited for as long as Retry-After says", async () => {
  await post("settings", { time_scale: 60, rate_burst: 0, rate_per_minute: { "auth.test": 1 } });
  const patient = new WebClient(env.SLACK_BOT_TOKEN, { ...clientOptions, retryConfig: { retries: 1 } });
  const waits = [];
  patient.on("rate_limited", (seconds) => waits.push(seconds));
  await patient.auth.test();
  const started = Date.now();
  assert.equal((await patient.auth.test()).ok, true);
  assert.deepEqual(waits, [1]);
  assert.ok(Date.now() - started >= 990);
  const { calls } = await get("calls?method=auth.test");
  assert.deepEqual(calls.map((call) => call.status), [200, 429, 200]);
});

test("a rate limit can be an error instead", async () => {
  await post("faults", { method: "auth.test", kind: "rate_limited", retry_after: 7 });
  const hasty = new WebClient(env.SLACK_BOT_TOKEN, { ...clientOptions, rejectRateLimitedCalls: true });
  await assert.rejects(hasty.auth.test(), { code: ErrorCode.RateLimitedError, retryAfter: 7 });
});

test("an outage is retried", async () => {
  await post("faults", { method: "auth.test", kind: "http", times: 1 });
  const patient = new WebClient(env.SLACK_BOT_TOKEN, {
    ...clientOptions,
    retryConfig: { retries: 2, minTimeout: 10 },
  });
  const answer = await refusal(patient.auth.test());
  const { calls } = await get("calls?method=auth.test");
  assert.deepEqual([answer, calls.map((call) => call.status)], ["accepted", [503, 200]]);
});

test("files are uploaded the new way", async () => {
  const bytes = Buffer.from([0, 255, 45, 45, 13, 10]);
  await bot.filesUploadV2({
    channel_id: ADMIN,
    initial_comment: "Both",
    file_uploads: [
      { filename: "plan.json", content: "{}", title: "Plan" },
      { filename: "proof.bin", file: bytes, title: "Proof" },
    ],
  });
  const { files } = await ana.waitMessage(ADMIN, "Both");
  assert.deepEqual(files.map((file) => file.title), ["Plan", "Proof"]);
  const stored = await fetch(`${env.LOCALSLACK_URL}/_control/see/file/${files[1].id}?user=${ana.id}`);
  assert.deepEqual(Buffer.from(await stored.arrayBuffer()), bytes);
});

test("scopes and warnings are read from the answer", async () => {
  const { response_metadata: metadata } = await bot.team.info();
  assert.ok(metadata.scopes.includes("team:read"));
  assert.deepEqual(metadata.acceptedScopes, ["team:read"]);
});

const ERRORS = [
  ["invalid_auth", () => bot.auth.test({ token: "xoxb-unknown" })],
  ["channel_not_found", () => bot.chat.postMessage({ channel: "C0NOWHERE", text: "x" })],
  ["is_archived", () => bot.chat.postMessage({ channel: "C0ARCHIVE01", text: "x" })],
  ["message_not_found", () => bot.chat.update({ channel: ADMIN, ts: "1.1", text: "x" })],
  ["missing_argument", () => bot.conversations.list({ limit: 1 })],
  ["invalid_cursor", () => bot.conversations.list({ team_id: HQ, cursor: "rubbish" })],
  ["not_allowed_token_type", () => bot.admin.users.list()],
  ["users_not_found", () => bot.users.lookupByEmail({ email: "nobody@example.com" })],
  ["invalid_trigger_id", () => bot.views.open({ trigger_id: "1.2.3", view: modal("Form") })],
  ["not_found", () => bot.views.update({ view_id: "V0NONE", view: modal("Form") })],
  ["unknown_method", () => bot.apiCall("chat.nothing")],
];

for (const [code, call] of ERRORS) {
  test(`an error comes as documented: ${code}`, async () => {
    await assert.rejects(call, (error) => {
      assert.deepEqual([error.code, error.data?.error], [ErrorCode.PlatformError, code]);
      return true;
    });
  });
}
