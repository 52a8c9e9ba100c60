// The life of an account, from the administrator's page through a letter to the user's own pages. They are gone on the
// server that sends mail.
import assert from "node:assert/strict";

import { another, createUser, field, fillNewUser, press, signIn } from "./hands.mjs";

/** What users choose for themselves. */
const CHOSEN = "amber orchard lighthouse 27";

/** Each with JavaScript and without. */
const BOTH_WAYS = [
  { name: "somebody is invited by mail, sets a password and signs in", go: invitation },
  { name: "somebody gets a random password by mail, must change it and signs in", go: randomPassword },
  { name: "somebody must set a new password, by a link", go: resetByLink },
  { name: "somebody must set a new password, by a code", go: resetByCode },
  { name: "somebody forgot username and password, asks for both and signs in", go: forgotten },
  { name: "somebody changes their own password and is signed out elsewhere", go: ownPassword },
  { name: "somebody changes their own address and confirms it by mail", go: ownAddress },
].flatMap((journey) => [journey, { ...journey, name: `${journey.name}, without JavaScript`, script: false }]);

/** Four people wait for approval on the server, and each is decided about once. */
const DECISIONS = [
  { name: "a registration is approved, and the applicant is told", go: approval },
  { name: "without JavaScript, a registration is rejected, and the applicant is told why", script: false, go: rejection },
  { name: "several registrations are decided in their queue", go: queue },
];

export const ACCOUNT_JOURNEYS = [...BOTH_WAYS, ...DECISIONS].map((journey) => ({ ...journey, server: "mailing" }));

async function invitation({ page, mail }) {
  const user = await fillNewUser(page);
  await page.getByRole("radio", { name: /^Invite the user/ }).check();
  await press(page, page.getByRole("button", { name: "Create user", exact: true }));
  await page.locator(".note").getByText(/has not set a first password/).waitFor();

  const letter = await mail.letterTo(user.email, /invited|invitation|account/i);
  const theirs = await another(page);
  await theirs.goto(linkIn(letter, /\/invitation\//));
  await theirs.getByRole("heading", { name: "Welcome, Ada" }).waitFor();
  await choose(theirs, "Password", "Repeat password", "Set password");
  await theirs.getByRole("heading", { name: "Your password is set" }).waitFor();
  await enter(theirs, user, CHOSEN);
  // The link worked once.
  assert.equal((await theirs.goto(linkIn(letter, /\/invitation\//))).status(), 410);
  await theirs.getByText("This link no longer works").waitFor();
  await theirs.context().close();

  await page.reload();
  assert.equal(await page.getByText(/has not set a first password/).count(), 0, "the profile still says that there is no password");
}

async function randomPassword({ page, mail }) {
  const user = await fillNewUser(page);
  await page.getByRole("radio", { name: /^Use a random password/ }).check();
  await press(page, page.getByRole("button", { name: "Create user", exact: true }));
  await page.locator(".profilehead").waitFor();

  const letter = await mail.letterTo(user.email, /account/i);
  const [, password] = /temporary password\..*?\n\n\s+(\S+)\n/s.exec(letter.text);
  assert.ok(!(await page.content()).includes(password), "the password is on the administrator's page");
  const theirs = await another(page);
  await theirs.goto("/sign-in");
  await signIn(theirs, user.username, password);
  await theirs.getByRole("heading", { name: "Choose a new password" }).waitFor();
  // A temporary password opens nothing but this form.
  await theirs.goto("/console/users");
  assert.equal(new URL(theirs.url()).pathname, "/set-password");
  await choose(theirs, "New password", "Repeat new password", "Save and continue");
  await theirs.waitForURL((url) => url.pathname !== "/set-password");
  await theirs.context().close();

  const later = await another(page);
  await enter(later, user, CHOSEN);
  await later.goto("/sign-in");
  await later.context().close();
}

async function resetByLink({ page, mail }) {
  const user = await createUser(page, { temporary: false });
  await askForNewPassword(page, user, /^Link by email/);
  const letter = await mail.letterTo(user.email, /new password/i);
  const theirs = await another(page);
  await refused(theirs, user, "A new password is required.");
  await theirs.goto(linkIn(letter, /\/reset-password\//));
  await choose(theirs, "Password", "Repeat password", "Set password");
  await theirs.getByRole("heading", { name: "Your password is changed" }).waitFor();
  await enter(theirs, user, CHOSEN);
  await theirs.context().close();
}

async function resetByCode({ page, mail }) {
  const user = await createUser(page, { temporary: false });
  await askForNewPassword(page, user, /^One-time code by email/);
  const letter = await mail.letterTo(user.email, /code|new password/i);
  const [, code] = /\n\n\s+([\w -]+)\n\n/.exec(letter.text);
  const theirs = await another(page);
  await refused(theirs, user, "A new password is required.");
  await theirs.getByRole("link", { name: "I have a code" }).click();
  await field(theirs, "Username or email").fill(user.username);
  await field(theirs, "Code").fill(code === "111111" ? "222222" : "111111");
  const wrong = await choose(theirs, "New password", "Repeat new password", "Set password");
  assert.equal(wrong.status(), 422);
  await theirs.locator(".errsum").waitFor();
  await field(theirs, "Code").fill(code);
  await choose(theirs, "New password", "Repeat new password", "Set password");
  await theirs.getByRole("heading", { name: "Your password is changed" }).waitFor();
  await enter(theirs, user, CHOSEN);
  await theirs.context().close();
}

async function forgotten({ page, mail, script }) {
  const user = await createUser(page, { temporary: false });
  const theirs = await another(page, { script });
  await theirs.goto("/sign-in");
  await theirs.getByRole("link", { name: "Forgot username?" }).click();
  await field(theirs, "Email address").fill(user.email);
  await press(theirs, theirs.getByRole("button", { name: "Send my username", exact: true }));
  await theirs.getByText(`If there is an account for ${user.email}`).waitFor();
  const [, username] = /Username: (\S+)/.exec((await mail.letterTo(user.email, /username/i)).text);
  assert.equal(username, user.username);

  await theirs.getByRole("link", { name: "Back to sign in" }).click();
  await theirs.getByRole("link", { name: "Forgot password?" }).click();
  await field(theirs, "Username or email").fill(username);
  await press(theirs, theirs.getByRole("button", { name: "Send the link", exact: true }));
  await theirs.getByText(`If there is an account for ${username}`).waitFor();
  const letter = await mail.letterTo(user.email, /change/i);
  await theirs.goto(linkIn(letter, /\/reset-password\//));
  await choose(theirs, "Password", "Repeat password", "Set password");
  await theirs.getByRole("heading", { name: "Your password is changed" }).waitFor();
  await mail.letterTo(user.email, /was changed/i);
  await enter(theirs, user, CHOSEN);
  // The link worked once, and its page leads to another one.
  const later = await another(page, { script });
  assert.equal((await later.goto(linkIn(letter, /\/reset-password\//))).status(), 410);
  await later.getByRole("link", { name: "Ask for a new link" }).click();
  await later.getByRole("heading", { name: "Change your password" }).waitFor();
  await later.context().close();
  await theirs.context().close();

  await page.goto(`/console/users/${user.id}/activity`);
  await page.getByText("Asked for a link to change the password").waitFor();
}

async function ownPassword({ page, mail }) {
  const user = await createUser(page, { temporary: false });
  const [theirs, phone] = [await another(page), await another(page)];
  await enter(theirs, user, user.password);
  await enter(phone, user, user.password);
  await theirs.goto("/");
  await theirs.getByRole("heading", { name: "Hello, Ada" }).waitFor();
  await theirs.getByRole("navigation", { name: "My account" }).getByRole("link", { name: "Password" }).click();
  await field(theirs, "Current password").fill("not this one");
  const wrong = await choose(theirs, "New password", "Repeat new password", "Change password");
  assert.equal(wrong.status(), 422);
  await theirs.locator("#current_password-err").waitFor();
  await field(theirs, "Current password").fill(user.password);
  await choose(theirs, "New password", "Repeat new password", "Change password");
  await theirs.getByText("Saved. Use the new one from now on").waitFor();
  await mail.letterTo(user.email, /password .* was changed/i);
  await phone.goto("/account");
  assert.equal(new URL(phone.url()).pathname, "/sign-in", "the other device is still signed in");
  await theirs.context().close();
  await phone.context().close();
  const later = await another(page);
  await enter(later, user, CHOSEN);
  await later.context().close();
}

async function ownAddress({ page, mail }) {
  const user = await createUser(page, { temporary: false });
  const email = `new-${user.email}`;
  const theirs = await another(page);
  await enter(theirs, user, user.password);
  await theirs.goto("/account");
  await theirs.getByRole("link", { name: "Change email" }).click();
  await field(theirs, "New email").fill(email);
  await field(theirs, "Repeat new email").fill(email);
  await field(theirs, "Current password").fill(user.password);
  await press(theirs, theirs.getByRole("button", { name: "Send link" }));
  await theirs.getByText("Confirm your new email address.").waitFor();
  await theirs.getByText(user.email, { exact: true }).waitFor();
  await mail.letterTo(user.email, /email address .* changes/i);
  await page.goto(`/console/users/${user.id}`);
  await page.getByText(`Waits for confirmation of ${email}`).waitFor();

  const letter = await mail.letterTo(email, /confirm your new email/i);
  const mailbox = await another(page);
  await mailbox.goto(linkIn(letter, /\/confirm-email\//));
  await press(mailbox, mailbox.getByRole("button", { name: "Confirm" }));
  await mailbox.getByRole("heading", { name: "Your new email is confirmed" }).waitFor();
  assert.equal((await mailbox.goto(linkIn(letter, /\/confirm-email\//))).status(), 410);
  await mailbox.context().close();
  await theirs.reload();
  await theirs.getByText(email, { exact: true }).waitFor();
  assert.equal(await theirs.getByText("Confirm your new email address.").count(), 0);
  await theirs.context().close();
  const later = await another(page);
  await enter(later, { username: email }, user.password);
  await later.context().close();
}

async function approval({ page, mail }) {
  const { username, email } = await lastApplicant(page);
  await page.getByRole("link", { name: "Approve user…" }).click();
  await press(page, page.getByRole("button", { name: "Approve user", exact: true }));
  await page.getByText("Registration approved", { exact: true }).waitFor();
  await page.locator(".profilehead").getByText("Enabled", { exact: true }).waitFor();
  const letter = await mail.letterTo(email, /approved/i);
  assert.ok(letter.text.includes(username), "the letter doesn't say the username");
}

async function rejection({ page, mail }) {
  const { username, email } = await lastApplicant(page);
  const profile = page.url();
  await page.getByRole("link", { name: "Reject user…" }).click();
  await page.getByRole("textbox", { name: "Reason (optional)" }).fill("Not one of ours");
  await page.getByRole("checkbox", { name: "Delete this pending account" }).check();
  await press(page, page.getByRole("button", { name: "Reject and delete", exact: true }));
  await page.getByText("Registration rejected and account deleted", { exact: true }).waitFor();
  assert.equal((await page.goto(profile)).status(), 404);
  const letter = await mail.letterTo(email, /registration/i);
  assert.match(letter.text, /did not approve it.*Not one of ours/s);
  const theirs = await another(page);
  await theirs.goto("/sign-in");
  await signIn(theirs, username, CHOSEN);
  await alert(theirs).getByText("Username or password is wrong.").waitFor();
  await theirs.context().close();
}

async function queue({ page, mail }) {
  await page.goto("/console");
  const entry = page.getByRole("navigation", { name: "Console", exact: true }).getByRole("link", { name: /^Registrations/ });
  const count = async () => Number(await entry.locator(".count").evaluateAll(([it]) => it?.firstChild.textContent ?? "0"));
  const before = await count();
  const deeds = [["Approve", "approve", /approved$/], ["Reject", "reject", /not approved/]];
  for (const [index, [word, verb, subject]] of deeds.entries()) {
    await entry.click();
    await page.waitForURL((url) => url.pathname === "/console/registrations");
    const first = page.locator("tr").filter({ has: page.locator(".rowcheck") }).first();
    const email = await first.locator("td.s-b .ltr").innerText();
    await first.locator(".rowcheck").check();
    await page.locator(`.bulk [name=do][value=${verb}]`).click();
    await page.getByRole("heading", { name: `${word} 1 registration?` }).waitFor();
    if (verb === "reject") {
      await page.getByLabel("Reason (optional)").fill("Not one of ours");
      await page.getByRole("checkbox", { name: "Delete these pending accounts" }).check();
    }
    await press(page, page.getByRole("button", { name: new RegExp(`^${word} 1 registration`) }));
    await page.locator(".toast", { hasText: `1 registration ${verb === "reject" ? "rejected" : "approved"}` }).waitFor();
    assert.equal(new URL(page.url()).pathname, "/console/registrations");
    assert.equal(await count(), before - index - 1, "the menu counts wrongly");
    assert.match((await mail.letterTo(email, subject)).text, verb === "reject" ? /Not one of ours/ : /has approved/);
  }
}

/** Opens the profile of somebody who waits for approval. */
async function lastApplicant(page) {
  await page.goto("/console/users?status=approval");
  const boxes = page.locator(".rowcheck");
  assert.ok(await boxes.count(), "nobody waits for approval");
  await page.goto(`/console/users/${await boxes.last().getAttribute("value")}`);
  const fact = async (name) => (await page.locator("dt", { hasText: name }).locator("+ dd").innerText()).split(/\s/)[0];
  return { username: await fact(/^Username$/), email: await fact(/^Email$/) };
}

async function askForNewPassword(page, { id }, way) {
  await page.goto(`/console/users/${id}/password`);
  await page.getByRole("radio", { name: "Ask the user for a new one" }).check();
  await page.getByRole("radio", { name: way }).check();
  await press(page, page.locator("main").getByRole("button", { name: "Reset password", exact: true }));
  await page.locator(".note").getByText(/new password/).first().waitFor();
}

/** Types what a user chooses twice, and sends it. */
async function choose(page, first, second, button) {
  await field(page, first).fill(CHOSEN);
  await field(page, second).fill(CHOSEN);
  return press(page, page.getByRole("button", { name: button, exact: true }));
}

/** Signs somebody in, who is let in. */
async function enter(page, { username }, password) {
  await page.goto("/sign-in");
  await signIn(page, username, password);
  await page.waitForURL((url) => url.pathname === "/account");
}

/** Signs somebody in with the password that they had, who is refused. */
async function refused(page, { username, password }, words) {
  await page.goto("/sign-in");
  await signIn(page, username, password);
  await alert(page).getByText(words).waitFor();
}

function alert(page) {
  return page.getByRole("alert").filter({ visible: true });
}

function linkIn({ text }, path) {
  const link = text.split(/\s/).find((word) => word.startsWith("http") && path.test(word));
  assert.ok(link, `no link ${path} in: ${text}`);
  return link;
}
