// Bolt for JavaScript: what a person can start, told once over signed HTTP and once over Socket Mode.

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";

import { WebClient } from "@slack/web-api";

import {
  ADMIN,
  HQ,
  LOBBY,
  ana,
  button,
  clientOptions,
  env,
  eventually,
  get,
  modal,
  plain,
  post,
  refusal,
  start,
  stop,
  textInput,
} from "./localslack.js";

const opens = (view) => async ({ ack, body, client }) => {
  await ack();
  await client.views.open({ trigger_id: body.trigger_id, view });
};

for (const door of ["http", "socket"]) {
  describe(`over ${door}`, () => {
    let app;

    beforeEach(() => post("reset"));

    afterEach(async () => {
      await stop(app, door);
      const { deliveries } = await get("deliveries");
      assert.deepEqual(new Set(deliveries.map((sent) => sent.transport)), new Set([door]));
      assert.deepEqual((await get("problems")).problems, []);
    });

    test("a command is acknowledged with text and answered later", async () => {
      let known;
      app = await start(door, (bolt) =>
        bolt.command("/ask", async ({ ack, respond, context, command }) => {
          known = context;
          await ack(`Looking for ${command.text}`);
          await respond({ text: "Found", response_type: "in_channel" });
        }),
      );
      const shown = await ana.command("acme", LOBBY);
      assert.deepEqual(shown.messages.map((message) => message.text), ["Looking for acme"]);
      assert.equal((await ana.waitMessage(LOBBY, "Found")).is_ephemeral, false);
      assert.deepEqual([known.isEnterpriseInstall, known.enterpriseId], [true, "E0MERIDIAN"]);
    });

    test("a button replaces its message", async () => {
      app = await start(door, (bolt) =>
        bolt.action("approve", async ({ ack, respond, body }) => {
          await ack();
          await respond({ text: `Approved by <@${body.user.id}>`, replace_original: true });
        }),
      );
      await app.client.chat.postMessage({ channel: ADMIN, text: "?", blocks: [button("approve", "Approve")] });
      const { channel, ts } = await ana.waitMessage(ADMIN, "Approve");
      const result = await ana.act("click", { label: "Approve", message: { channel, ts, is_ephemeral: false } });
      assert.equal(result.error, "");
      await ana.waitMessage(ADMIN, "Approved by @Ana Ferreira");
    });

    test("a submission is refused inline, then pushes, then clears", async () => {
      app = await start(door, (bolt) => {
        bolt.command("/ask", opens(modal("First", [textInput("why", "Why")], { callback_id: "first" })));
        bolt.view("first", async ({ ack, view }) => {
          const why = view.state.values.why.text.value;
          if (why.length < 10) await ack({ response_action: "errors", errors: { why: "Say more." } });
          else await ack({ response_action: "push", view: modal("Second", [], { callback_id: "second" }) });
        });
        bolt.view("second", async ({ ack }) => ack({ response_action: "clear" }));
      });
      await ana.command();
      await ana.waitModal("First");
      await ana.act("fill", { field: "Why", value: "short" });
      assert.deepEqual((await ana.act("submit")).errors, { Why: "Say more." });
      await ana.act("fill", { field: "Why", value: "long enough now" });
      await ana.act("submit");
      assert.equal((await ana.waitModal("Second")).depth, 2);
      await ana.act("submit");
      assert.equal(await ana.modal(), null);
    });

    test("an external select is filled by the app's options", async () => {
      const names = { "Acme Corp": "T0ACME0001", Initech: "T0INITECH1" };
      app = await start(door, (bolt) => {
        const element = { type: "external_select", action_id: "org", min_query_length: 0 };
        bolt.command("/ask", opens(modal("Form", [{ type: "input", label: plain("Org"), element }])));
        bolt.options("org", async ({ ack, options }) => {
          const fits = Object.entries(names).filter(([name]) => name.toLowerCase().includes(options.value));
          await ack({ options: fits.map(([name, value]) => ({ text: plain(name), value })) });
        });
      });
      await ana.command();
      await ana.waitModal("Form");
      const { options } = await ana.act("options", { field: "Org", query: "ini" });
      assert.deepEqual(options.map((option) => option.value), ["T0INITECH1"]);
      await ana.act("choose", { field: "Org", labels: ["Acme Corp"], query: "acme" });
      assert.deepEqual((await ana.modal()).fields.map((field) => field.value), ["Acme Corp"]);
    });

    test("a shortcut opens a modal whose button pushes and updates", async () => {
      app = await start(door, (bolt) => {
        bolt.shortcut("start", async ({ ack, shortcut, client }) => {
          await ack();
          await client.views.open({ trigger_id: shortcut.trigger_id, view: modal("Start", [button("more", "More")]) });
        });
        bolt.action("more", async ({ ack, body, client }) => {
          await ack();
          await client.views.push({ trigger_id: body.trigger_id, view: modal("More") });
          await client.views.update({ view_id: body.view.id, hash: body.view.hash, view: modal("Started") });
        });
      });
      await ana.act("shortcut", { callback_id: "start" });
      await ana.waitModal("Start");
      await ana.act("press", { label: "More" });
      assert.equal((await ana.waitModal("More")).depth, 2);
      await eventually(async () => (await get("calls?method=views.update")).calls[0]?.ok, "an update");
      await ana.act("close");
      await ana.waitModal("Started");
    });

    test("a spent or late trigger and a stale hash are refused", async () => {
      const codes = [];
      app = await start(door, (bolt) =>
        bolt.command("/ask", async ({ ack, body, client }) => {
          await ack();
          const opening = () => client.views.open({ trigger_id: body.trigger_id, view: modal("Form") });
          if (body.text === "late") {
            codes.push(await refusal(opening()));
            return;
          }
          const { view } = await opening();
          const updating = () => client.views.update({ view_id: view.id, hash: view.hash, view: modal("Newer") });
          await updating();
          codes.push(await refusal(opening()), await refusal(updating()));
        }),
      );
      await ana.command();
      await eventually(() => codes.length === 2, "two refusals");
      await post("settings", { trigger_life: -1 });
      await ana.command("late");
      await eventually(() => codes.length === 3, "a third refusal");
      assert.deepEqual(codes, ["exchanged_trigger_id", "hash_conflict", "expired_trigger_id"]);
    });

    test("opening the home tab publishes it", async () => {
      app = await start(door, (bolt) =>
        bolt.event("app_home_opened", async ({ event, client }) => {
          const view = { type: "home", blocks: [{ type: "section", text: plain("Welcome") }] };
          await client.views.publish({ user_id: event.user, view });
        }),
      );
      await ana.act("open_home");
      await eventually(async () => (await get(`see/home?user=${ana.id}`)).home?.text.includes("Welcome"), "a home");
    });

    test("a workflow's step is completed", async () => {
      app = await start(door, (bolt) => bolt.function("review", async ({ complete }) => complete({ outputs: {} })));
      await ana.act("run_step", { callback_id: "review", inputs: {} });
      await eventually(async () => (await get("calls?method=functions.completeSuccess")).calls[0]?.ok, "an end");
    });
  });
}

test("what is signed with another secret is turned away", async (t) => {
  await post("reset");
  const app = await start("http", () => {}, { signingSecret: "another" });
  t.after(() => stop(app, "http"));
  assert.equal((await ana.command()).status, 401);
});

test("no event is lost while Slack disconnects and the client waits its five seconds", async (t) => {
  await post("reset");
  const arrived = new Set();
  const admin = new WebClient(env.SLACK_USER_TOKEN, clientOptions);
  const change = async () => {
    await admin.usergroups.disable({ usergroup: "S0FACILITY", team_id: HQ });
    await admin.usergroups.enable({ usergroup: "S0FACILITY", team_id: HQ });
  };
  const app = await start("socket", (bolt) =>
    bolt.event("subteam_updated", async ({ event }) => void arrived.add(event.event_ts)),
  );
  t.after(() => stop(app, "socket"));
  await change();
  await post("socket", { reason: "refresh_requested" });
  await change();
  await eventually(() => arrived.size === 4, "all four events", 15);
  const { deliveries } = await get("deliveries");
  assert.deepEqual(new Set(deliveries.map((sent) => sent.transport)), new Set(["socket"]));
});
