// Who looks at pages, each with a session of their own, and the facts that paths and deeds are made of.
import { createAttribute, createOneOfEachKind, fillDepartment } from "./attribute-journeys.mjs";
import { visitor } from "./browser.mjs";
import { PASSWORD, createUser, field, fillNewUser, press, row, signIn } from "./hands.mjs";
import { reviewedImport, startImport, undoImport } from "./import-journeys.mjs";

/** More failed sign-ins than the server takes for one name. */
const TOO_MANY = 12;

/**
 * The people of the server with invented people, beside its super administrator: `sessions` by name, and `facts`.
 * Only a server that we started has a user administrator whose password we know.
 */
export async function gather(browser, server, session) {
  const { context } = await visitor(browser, server.base, { storageState: session });
  const page = await context.newPage();
  const ids = async (query) => {
    await page.goto(`/console/users?size=500${query}`);
    return page.locator(".rowcheck").evaluateAll((boxes) => boxes.map((box) => box.value));
  };
  const [self] = await ids(`&username=${server.username}`);
  const ordinary = await ids("&status=enabled&role=none");
  const [disabled] = await ids("&status=disabled");
  const [waiting] = await ids("&status=approval");
  const [unconfirmed] = await ids("&status=activation");
  const noPassword = await withoutPassword(context, ordinary);
  const groupOf = async (name) => {
    await page.goto(`/console/groups?q=${encodeURIComponent(name)}`);
    return (await page.locator("tbody th a").first().getAttribute("href")).split("/").pop();
  };
  const group = await groupOf("Library borrowers");
  const emptyGroup = await groupOf("Sailing club");
  const protectedGroup = await groupOf("Platform team");
  await page.goto(`/console/users/${ordinary[1]}`);
  const taken = await field(page, "Username").inputValue();

  const plain = await createUser(page, { temporary: false });
  const temporary = await createUser(page);
  const shut = await createUser(page, { temporary: false });
  await page.goto("/console/users?q=journey");
  await row(page, shut.username).locator(".rowcheck").check();
  await press(page, page.locator(".bulk [value=disable]"));
  const locked = await createUser(page, { temporary: false });
  await lock(page, locked.id);
  const toReset = await createUser(page, { temporary: false });
  await forceReset(page, toReset.id);
  const links = await handOverLinks(page);
  const done = await startImport(page, await reviewedImport(page, "done"));
  const undone = await undoImport(page, await startImport(page, await reviewedImport(page, "undone")));
  const draft = await reviewedImport(page, "draft");
  const { id: attribute } = await createAttribute(page, { label: "Department", fill: fillDepartment });
  await createOneOfEachKind(page);
  await context.close();

  const sessionOf = async (username, password = PASSWORD) => sessionAt(browser, server.base, username, password);
  const sessions = {
    plain: await sessionOf(plain.username),
    temporary: await sessionOf(temporary.username),
    ended: await ended(browser, server.base, await sessionOf(plain.username)),
  };
  if (server.commandLine) sessions.userAdministrator = await sessionOf(await userAdministrator(browser, server, session));
  const known = ({ username }) => ({ username, password: PASSWORD });
  const facts = {
    ...links, group, emptyGroup, protectedGroup, attribute,
    draft, done, undone, self, disabled, waiting, unconfirmed, noPassword, taken, user: ordinary[0], temporary: temporary.id, locked: locked.id, plain: known(plain), shut: known(shut), keptOut: known(locked), toReset: known(toReset),
    blocked: await block(browser, server.base), others: ordinary.slice(2),
  };
  return { sessions, facts };
}

/** Sets a server up as its first administrator; answers their session. */
export async function setUp(browser, server) {
  const { context } = await visitor(browser, server.base);
  const page = await context.newPage();
  await page.goto(server.setUp);
  await field(page, "First name").fill("Harriet");
  await field(page, "Last name").fill("Ashworth");
  await field(page, "Username").fill("harriet");
  await field(page, "Email").fill("harriet@example.org");
  await field(page, "Password").fill(PASSWORD);
  await field(page, "Repeat password").fill(PASSWORD);
  await press(page, page.getByRole("button", { name: "Create account" }));
  const state = await context.storageState();
  await context.close();
  return state;
}

/**
 * Two at a server that insists on proof, and the link that proves the address of a third: one whose address is not proved, and one
 * whose address is and whose number isn't.
 */
export async function unproved(browser, server, session) {
  const { context } = await visitor(browser, server.base, { storageState: session });
  const page = await context.newPage();
  const byMail = await createUser(page, { temporary: false });
  const byText = await createUser(page, { temporary: false, mobile: "+31 20 555 0142" });
  const other = await createUser(page, { temporary: false });
  const links = [];
  for (const { id } of [byText, other]) {
    await page.goto(`/console/users/${id}`);
    await press(page, page.getByRole("button", { name: "Send verification email" }).first());
    links.push(await linkInOutbox(page, "verify_email", "verify-email"));
  }
  const { context: theirs } = await visitor(browser, server.base);
  const opened = await theirs.newPage();
  await opened.goto(links[0]);
  await press(opened, opened.getByRole("button", { name: "Confirm" }));
  await theirs.close();
  await context.close();
  server.commandLine(["settings", "set", "require_verified_email", "on", "require_verified_mobile", "on"], "");
  return { byMail, byText, verifyEmail: links[1] };
}

/** The path of the link in the latest message of a template, as a super administrator has it shown. */
async function linkInOutbox(page, template, place) {
  await page.goto(`/console/outbox?template=${template}&state=queued`);
  await page.locator("tbody th a").first().click();
  await press(page, page.getByRole("button", { name: "Show links and secrets" }));
  const found = (await page.locator("main").innerText()).match(new RegExp(`/${place}/[\\w-]+`));
  if (!found) throw new Error(`no link to ${place} in the message`);
  return found[0];
}

/** Asks somebody for another password. */
async function forceReset(page, id) {
  await page.goto(`/console/users/${id}/password`);
  await page.getByRole("radio", { name: /^Ask the user/ }).check();
  await press(page, page.locator("main").getByRole("button", { name: "Reset password", exact: true }));
}

/** Links as an administrator gets them to hand over: one that works, and one that it replaced. */
async function handOverLinks(page) {
  const handOver = async (button) => {
    await page.getByRole("radio", { name: "Link that you hand over yourself" }).check();
    await press(page, page.locator("main").getByRole("button", { name: button, exact: true }));
    return new URL(await page.locator("code.break").innerText()).pathname;
  };
  await fillNewUser(page);
  await page.getByRole("radio", { name: /^Invite the user/ }).check();
  const replaced = await handOver("Create user");
  await page.getByRole("link", { name: "Go to the profile" }).click();
  await page.getByRole("link", { name: "Set password", exact: true }).waitFor();
  await page.goto(`${page.url()}/password`);
  await page.getByRole("radio", { name: /^Invite the user/ }).check();
  return { replaced, invitation: await handOver("Set password") };
}

/** Locks somebody, with a reason. */
async function lock(page, id) {
  await page.goto(`/console/users/${id}/danger?open=lock`);
  await page.locator("#lock_note").fill("Suspicious sign-ins from abroad");
  await page.locator("#lock_confirmed").check();
  await press(page, page.getByRole("button", { name: "Lock user", exact: true }));
}

async function sessionAt(browser, base, username, password) {
  const { context } = await visitor(browser, base);
  const page = await context.newPage();
  await page.goto("/sign-in");
  await signIn(page, username, password);
  const state = await context.storageState();
  await context.close();
  return state;
}

/** The same session, signed out of elsewhere. */
async function ended(browser, base, session) {
  const { context } = await visitor(browser, base, { storageState: session });
  const page = await context.newPage();
  await page.goto("/");
  await press(page, page.getByRole("button", { name: "Sign out" }));
  await context.close();
  return session;
}

/** A user administrator who gets a password from whoever commands the machine. */
async function userAdministrator(browser, server, session) {
  const { context } = await visitor(browser, server.base, { storageState: session });
  const page = await context.newPage();
  await page.goto("/console/users?role=user_administrator");
  const username = (await page.locator("tbody .s-b .s-hide").first().innerText()).trim();
  await context.close();
  server.commandLine(["admin", "reset-password", username, "--password-stdin"], PASSWORD);
  return username;
}

/** Somebody of these who has no password; the list has no filter for them. */
async function withoutPassword(context, ids) {
  for (const id of ids) {
    const profile = await context.request.get(`/console/users/${id}`);
    if ((await profile.text()).includes("has not set a first password.")) return id;
  }
  throw new Error("everybody has a password");
}

/** A name that was tried too often. */
async function block(browser, base) {
  const { context } = await visitor(browser, base);
  const page = await context.newPage();
  const name = `stranger${Date.now().toString(36)}`;
  for (let attempt = 0; attempt < TOO_MANY; attempt += 1) {
    await page.goto("/sign-in");
    await signIn(page, name, "not the password");
  }
  await context.close();
  return name;
}
