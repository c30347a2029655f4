// Bolt's own OAuth flow: from its "Add to Slack" page to a command answered with the token just stored.

import assert from "node:assert/strict";
import { test } from "node:test";

import { WebClient } from "@slack/web-api";

import { LOBBY, ana, clientOptions, env, get, post, refusal, start } from "./localslack.js";

test("an org-wide install ends in a working token", async (t) => {
  await post("reset");
  await post("app", { uninstall: true });
  const stored = new Map();
  const installationStore = {
    storeInstallation: async (installation) => void stored.set(installation.enterprise.id, installation),
    fetchInstallation: async (query) => stored.get(query.enterpriseId),
  };
  const more = {
    clientId: env.SLACK_CLIENT_ID,
    clientSecret: env.SLACK_CLIENT_SECRET,
    stateSecret: "of this test",
    scopes: ["commands", "chat:write", "chat:write.public"],
    redirectUri: "http://127.0.0.1:1/slack/oauth_redirect",
    installationStore,
    installerOptions: {
      userScopes: ["admin.teams:read"],
      authorizationUrl: `${env.LOCALSLACK_URL}/oauth/v2/authorize`,
      clientOptions: { slackApiUrl: env.SLACK_API_URL },
      redirectUriPath: "/slack/oauth_redirect",
      directInstall: true,
    },
  };
  const app = await start(
    "http",
    (bolt) =>
      bolt.command("/ask", async ({ ack, say }) => {
        await ack();
        await say("Installed");
      }),
    more,
  );
  t.after(() => app.stop());
  const { app_url: url } = await get("app");

  const page = await fetch(`${url}/slack/install`, { redirect: "manual" });
  const consent = await fetch(`${page.headers.get("location")}&user=W0OLGA0001`, { redirect: "manual" });
  const { search } = new URL(consent.headers.get("location"));
  const cookie = page.headers.get("set-cookie").split(";")[0];
  const done = await fetch(`${url}/slack/oauth_redirect${search}`, { headers: { cookie }, redirect: "manual" });
  assert.equal(done.status, 200, await done.text());

  const installation = stored.get("E0MERIDIAN");
  assert.deepEqual([installation.isEnterpriseInstall, installation.team], [true, undefined]);
  assert.deepEqual([installation.bot.userId, installation.bot.id], ["U0DRAWBRDG", "B0DRAWBRDG"]);
  assert.deepEqual([installation.user.id, installation.user.scopes], ["W0OLGA0001", ["admin.teams:read"]]);
  assert.ok(installation.enterpriseUrl.startsWith("https://"));

  assert.equal((await ana.command("", LOBBY)).error, "");
  await ana.waitMessage(LOBBY, "Installed");
});

test("a code is good once and the client must be ours", async () => {
  const access = (more) =>
    new WebClient("", clientOptions).oauth.v2.access({
      client_id: env.SLACK_CLIENT_ID,
      client_secret: env.SLACK_CLIENT_SECRET,
      ...more,
    });
  assert.equal(await refusal(access({ code: "made-up" })), "invalid_code");
  assert.equal(await refusal(access({ code: "x", client_secret: "wrong" })), "bad_client_secret");
});
