// Plays a Slack workspace until it is stopped: node workspace.mjs PORT EVENTS_URL SIGNING_SECRET
//
// emulate's Slack tells nobody of events until a URL is subscribed, and has no setting for that: its plugin is taken hold
// of while it registers. It has no way to look at open forms either, so a route is added that shows them.
import { readFile, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createEmulator } from "emulate";

const [port, eventsUrl, secret] = process.argv.slice(2);

async function slackModule() {
  const folder = dirname(fileURLToPath(import.meta.resolve("emulate")));
  for (const name of await readdir(folder)) {
    if (!name.endsWith(".js")) continue;
    const path = join(folder, name);
    if ((await readFile(path, "utf8")).includes("chat.postEphemeral")) {
      const found = await import(pathToFileURL(path));
      if (found.slackPlugin) return found;
    }
  }
  throw new Error("this version of emulate has no Slack plugin that can be found");
}

const { slackPlugin, getSlackStore } = await slackModule();
const registered = slackPlugin.register;
slackPlugin.register = function register(app, store, webhooks, ...more) {
  app.get("/views", (context) => context.json(getSlackStore(store).views.all()));
  const done = registered.call(this, app, store, webhooks, ...more);
  webhooks.register({ owner: "slack", url: eventsUrl, events: ["*"], active: true });
  return done;
};

const scopes = [
  "app_mentions:read", "channels:history", "channels:read", "chat:write", "commands", "groups:history", "groups:read",
  "im:history", "im:read", "im:write", "mpim:history", "mpim:read", "team:read", "users:read",
];
const app = { app_id: "A0OMSTILL1", client_id: "1.2", bot_id: "B0OMSTILL1", bot_user_id: "U0OMSTILL1" };
const people = [["kari", true], ["per", true], ["ola", false], ["nina", false]];

const emulator = await createEmulator({
  service: "slack",
  port: Number(port),
  hostname: "127.0.0.1",
  seed: {
    slack: {
      team: { name: "Prøvekommune", domain: "prove" },
      signing_secret: secret,
      strict_scopes: true,
      users: people.map(([name, isAdmin]) => ({
        name, real_name: `${name[0].toUpperCase()}${name.slice(1)} Prøve`, email: `${name}@kommunen.example`, is_admin: isAdmin,
      })),
      channels: [{ name: "omstilling", topic: "Spørsmål om omstillingen" }],
      bots: [{ name: "omstillingsbot" }],
      oauth_apps: [{ ...app, client_secret: "of tests", name: "Omstillingsbot", redirect_uris: [], scopes, bot_name: "omstillingsbot" }],
      tokens: [
        { ...app, token: "xoxb-omstillingsbot", type: "bot", user_id: app.bot_user_id, scopes },
        ...people.map(([name]) => ({ token: `xoxp-${name}`, type: "user", user: name, scopes })),
      ],
    },
  },
});
console.log(JSON.stringify({ url: emulator.url }));
