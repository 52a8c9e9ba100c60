// Starts the server, looks at every page in every mode, goes every journey, and says what fell short.
import path from "node:path";
import { parseArgs, stripVTControlCharacters } from "node:util";

import { ACCOUNT_JOURNEYS } from "./account-journeys.mjs";
import { ATTRIBUTE_JOURNEYS } from "./attribute-journeys.mjs";
import { MODES, launch, visitor } from "./browser.mjs";
import { GROUP_JOURNEYS } from "./group-journeys.mjs";
import { JOURNEYS } from "./journeys.mjs";
import { chooseMailServer, signIn } from "./hands.mjs";
import { IMPORT_JOURNEYS } from "./import-journeys.mjs";
import { LIST_JOURNEYS } from "./list-journeys.mjs";
import { LOCK_JOURNEYS } from "./lock-journeys.mjs";
import { look } from "./look.mjs";
import { startMailServer } from "./mail.mjs";
import { MESSAGE_JOURNEYS } from "./message-journeys.mjs";
import { PAGES } from "./pages.mjs";
import { gather, setUp, unproved } from "./people.mjs";
import { startDemo, startEmpty } from "./server.mjs";
import { SETTINGS_JOURNEYS } from "./settings-journeys.mjs";
import { STATES } from "./states.mjs";

const PEOPLE = 60;
/** Fewer for the server that sends mail; enough that some wait for approval. */
const PEOPLE_WITH_MAIL = 200;
const AT_ONCE = 3;

const { values: options } = parseArgs({
  options: {
    help: { type: "boolean" },
    reeve: { type: "string", default: "target/debug/reeve" },
    screenshots: { type: "string", default: "target/screenshots" },
    only: { type: "string" },
    slow: { type: "string" },
    base: { type: "string" },
    username: { type: "string" },
    password: { type: "string" },
  },
});
if (options.help) {
  console.log(`node run.mjs [--reeve PROGRAM] [--screenshots FOLDER] [--only TEXT] [--slow TIMES]
            [--base URL --username NAME --password PASSWORD]   a server that runs already
--only TEXT keeps the tests whose name holds the text: "page users", "dark", "journey", "deleted".
--slow TIMES makes the browser's processor so many times slower, as a busy machine does.`);
  process.exit(0);
}
process.on("uncaughtException", (error) => {
  console.error(`browser: ${stripVTControlCharacters(error.message)}`);
  process.exit(1);
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(130));

/** Some deeds ask for a password that was entered more than ten minutes ago; a slow machine takes longer for all pages. */
const SIGNED_IN_FOR = 4 * 60 * 1000;

let passed = 0;
let failed = 0;
/** The administrator's session at each server, and when it began. */
const lately = {};

const ours = !options.base;
const server = ours
  ? await startDemo(path.resolve(options.reeve), PEOPLE)
  : { base: options.base.replace(/\/$/, ""), username: options.username, password: options.password, stop: async () => {}, log: () => "", hasEnded: () => "" };
const empty = ours ? { fresh: await startEmpty(path.resolve(options.reeve)), begun: await startEmpty(path.resolve(options.reeve)), strict: await startEmpty(path.resolve(options.reeve)) } : {};
const servers = { demo: server, ...empty };
/** Where the letters of one server arrive; started when a journey needs it. */
let mail;
const browser = await launch({ slow: Number(options.slow ?? 1) });
try {
  const session = server.password === undefined ? undefined : await signedIn();
  lately.demo = { state: session, since: performance.now() };
  await lookAtPages(session);
  await goJourneys();
} finally {
  await browser.close();
  for (const one of Object.values(servers)) {
    if (one.hasEnded()) await test("the server is still there", async () => { throw new Error(`${one.hasEnded()}\n${one.log()}`); });
    await one.stop();
  }
  mail?.stop();
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

/** Runs one test, unless `--only` leaves it out, and prints how it went. */
async function test(name, body) {
  if (options.only && !name.includes(options.only)) return;
  const begin = performance.now();
  try {
    await body();
    passed += 1;
    console.log(`ok    ${name} (${Math.round(performance.now() - begin)} ms)`);
  } catch (error) {
    failed += 1;
    const message = stripVTControlCharacters(error.message ?? String(error)).trim();
    console.log(`FAIL  ${name}\n      ${message.replaceAll("\n", "\n      ")}`);
  }
}

/** Signs in once through the form, for all who needn't show that they can. */
async function signedIn() {
  const { context, troubles } = await visitor(browser, server.base);
  let state;
  await test("somebody signs in through the form", async () => {
    const page = await context.newPage();
    await page.goto("/sign-in");
    await enter(page);
    state = await context.storageState();
    expectNone(troubles);
  });
  if (!state && !failed) state = await signInQuietly(context);
  await context.close();
  if (!state) throw new Error(`nobody could sign in, so nothing else was tried\n${server.log()}`);
  return state;
}

/** As above when `--only` left the test out. */
async function signInQuietly(context, at = server) {
  const page = await context.newPage();
  await page.goto("/sign-in");
  await enter(page, at.password, at);
  return context.storageState();
}

/** The session of the administrator of a server, who signs in anew when that was a while ago. */
async function administrator(name = "demo") {
  const last = lately[name];
  if (!last || (last.state && performance.now() - last.since > SIGNED_IN_FOR)) {
    const at = servers[name];
    const { context } = await visitor(browser, at.base);
    lately[name] = { state: await signInQuietly(context, at), since: performance.now() };
    await context.close();
  }
  return lately[name].state;
}

/** The server that sends mail, started when it is needed. Its administrator says where the mail goes. */
async function withMail() {
  if (servers.mailing) return;
  mail = await startMailServer();
  servers.mailing = await startDemo(path.resolve(options.reeve), PEOPLE_WITH_MAIL);
  const { context } = await visitor(browser, servers.mailing.base, { storageState: await administrator("mailing") });
  await chooseMailServer(await context.newPage(), mail.port);
  await context.close();
}

/** Fills the sign-in form that the page shows, and waits for where it leads. */
async function enter(page, password = server.password, at = server) {
  await signIn(page, at.username, password);
  if (password === at.password) await page.waitForURL((url) => url.pathname !== "/sign-in");
}

async function lookAtPages(session) {
  const work = Object.keys(MODES).flatMap((mode) => [...PAGES, ...STATES].map((page) => ({ mode, ...page }))).filter(isWanted);
  if (work.length === 0) return;
  const { sessions, facts } = session ? await gather(browser, server, session) : { sessions: {}, facts: { others: [] } };
  Object.assign(sessions, { administrator: session, stranger: undefined });
  if (ours) Object.assign(sessions, { first: await setUp(browser, empty.begun) });
  if (ours) Object.assign(facts, { setUp: empty.fresh.setUp }, await unproved(browser, empty.strict, await setUp(browser, empty.strict)));
  const missing = work.filter((page) => !canSee(page, sessions));
  if (missing.length) console.log(`left out, for who or what they need isn't there: ${[...new Set(missing.map(({ name }) => name))].join(", ")}`);
  const rest = work.filter((page) => canSee(page, sessions));
  const worker = async () => {
    for (let next = rest.shift(); next; next = rest.shift()) await lookAt(next, sessions, { ...facts, own: next.changes && facts.others.shift() });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

function canSee({ person = "administrator", server: where = "demo" }, sessions) {
  return servers[where] !== undefined && (person === "stranger" || sessions[person] !== undefined);
}

async function lookAt({ mode, name, path: where, go, status, person = "administrator", server: which = "demo" }, sessions, facts) {
  await test(titleOf({ mode, name }), async () => {
    const storageState = person === "administrator" ? await administrator() : sessions[person];
    const { context, troubles } = await visitor(browser, servers[which].base, { ...MODES[mode], storageState, failure: status >= 500 });
    try {
      const page = await context.newPage();
      const url = typeof where === "function" ? where(facts) : where;
      const step = { url, status, go: go && ((page) => go(page, facts)) };
      const problems = await look(page, step, path.join(options.screenshots, `${name}.${mode}.png`));
      expectNone([...problems, ...troubles]);
    } finally {
      await context.close();
    }
  });
}

function titleOf({ mode, name }) {
  return `page ${name}, ${mode}`;
}

function isWanted(page) {
  return !options.only || titleOf(page).includes(options.only);
}

async function goJourneys() {
  for (const { name, stranger, script = true, server: which = "demo", go } of [...JOURNEYS, ...LIST_JOURNEYS, ...GROUP_JOURNEYS, ...IMPORT_JOURNEYS, ...ATTRIBUTE_JOURNEYS, ...SETTINGS_JOURNEYS, ...LOCK_JOURNEYS, ...MESSAGE_JOURNEYS, ...ACCOUNT_JOURNEYS]) {
    // A server that runs already sends its mail where nobody here reads it.
    if (which === "mailing" && !ours) continue;
    await test(`journey: ${name}`, async () => {
      if (which === "mailing") await withMail();
      const { context, troubles } = await visitor(browser, servers[which].base, {
        ...MODES.light,
        javaScriptEnabled: script,
        storageState: stranger ? undefined : await administrator(which),
      });
      try {
        const page = await context.newPage();
        try {
          await go({ page, signIn: enter, mail, script });
        } catch (error) {
          await page.screenshot({ path: path.join(options.screenshots, `failed-${name.replaceAll(/\W+/g, "-")}.png`) }).catch(() => {});
          throw new Error(`${error.message}\nat ${page.url()}`);
        }
        expectNone(troubles);
      } finally {
        await context.close();
      }
    });
  }
}

function expectNone(problems) {
  if (problems.length) throw new Error([...new Set(problems)].join("\n"));
}
