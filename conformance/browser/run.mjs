// Starts the server, looks at every page in every mode, goes every journey, and says what fell short.
import path from "node:path";
import { parseArgs, stripVTControlCharacters } from "node:util";

import { MODES, launch, visitor } from "./browser.mjs";
import { JOURNEYS } from "./journeys.mjs";
import { look } from "./look.mjs";
import { PAGES } from "./pages.mjs";
import { startServer } from "./server.mjs";

const PEOPLE = 60;
const AT_ONCE = 3;

const { values: options } = parseArgs({
  options: {
    help: { type: "boolean" },
    reeve: { type: "string", default: "target/debug/reeve" },
    screenshots: { type: "string", default: "target/screenshots" },
    only: { type: "string" },
    base: { type: "string" },
    username: { type: "string" },
    password: { type: "string" },
  },
});
if (options.help) {
  console.log(`node run.mjs [--reeve PROGRAM] [--screenshots FOLDER] [--only TEXT]
            [--base URL --username NAME --password PASSWORD]   a server that runs already
--only TEXT keeps the tests whose name holds the text: "page users", "dark", "journey", "deleted".`);
  process.exit(0);
}
process.on("uncaughtException", (error) => {
  console.error(`browser: ${stripVTControlCharacters(error.message)}`);
  process.exit(1);
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(130));

let passed = 0;
let failed = 0;

const server = options.base
  ? { base: options.base.replace(/\/$/, ""), username: options.username, password: options.password, stop: async () => {}, log: () => "", hasEnded: () => "" }
  : await startServer(path.resolve(options.reeve), PEOPLE);
const browser = await launch();
try {
  const session = server.password === undefined ? undefined : await signedIn();
  await lookAtPages(session);
  await goJourneys(session);
} finally {
  await browser.close();
  if (server.hasEnded()) await test("the server is still there", async () => { throw new Error(`${server.hasEnded()}\n${server.log()}`); });
  await server.stop();
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
    await signIn(page);
    state = await context.storageState();
    expectNone(troubles);
  });
  if (!state && !failed) state = await signInQuietly(context);
  await context.close();
  if (!state) throw new Error(`nobody could sign in, so nothing else was tried\n${server.log()}`);
  return state;
}

/** As above when `--only` left the test out. */
async function signInQuietly(context) {
  const page = await context.newPage();
  await page.goto("/sign-in");
  await signIn(page);
  return context.storageState();
}

/** Fills the sign-in form that the page shows, and waits for where it leads. */
async function signIn(page, password = server.password) {
  await page.getByLabel("Username or email", { exact: true }).fill(server.username);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.locator("main").getByRole("button", { name: "Sign in", exact: true }).click();
  if (password === server.password) await page.waitForURL((url) => url.pathname !== "/sign-in");
}

async function lookAtPages(session) {
  const facts = session ? await gatherFacts(session) : {};
  const work = Object.keys(MODES).flatMap((mode) => PAGES.map((page) => ({ mode, ...page })));
  const worker = async () => {
    for (let next = work.shift(); next; next = work.shift()) await lookAt(next, session, facts);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function lookAt({ mode, name, path: where, status, stranger }, session, facts) {
  await test(`page ${name}, ${mode}`, async () => {
    const { context, troubles } = await visitor(browser, server.base, { ...MODES[mode], storageState: stranger ? undefined : session });
    try {
      const page = await context.newPage();
      const url = typeof where === "function" ? where(facts) : where;
      const problems = await look(page, url, { status }, path.join(options.screenshots, `${name}.${mode}.png`));
      expectNone([...problems, ...troubles]);
    } finally {
      await context.close();
    }
  });
}

/** What paths are made of: somebody of each list who isn't the one signed in. */
async function gatherFacts(session) {
  const { context } = await visitor(browser, server.base, { storageState: session });
  const page = await context.newPage();
  const first = async (list) => {
    await page.goto(list);
    const others = page.locator("tr", { has: page.locator(".rowcheck") }).filter({ hasNotText: server.username });
    return (await others.count()) ? others.first().locator(".rowcheck").getAttribute("value") : "missing";
  };
  const facts = {
    user: await first("/console/users?status=enabled"),
    waiting: await first("/console/users?status=approval"),
    unconfirmed: await first("/console/users?status=activation"),
  };
  await context.close();
  return facts;
}

async function goJourneys(session) {
  for (const { name, stranger, script = true, go } of JOURNEYS) {
    await test(`journey: ${name}`, async () => {
      const { context, troubles } = await visitor(browser, server.base, {
        ...MODES.light,
        javaScriptEnabled: script,
        storageState: stranger ? undefined : session,
      });
      try {
        const page = await context.newPage();
        try {
          await go({ page, signIn });
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
