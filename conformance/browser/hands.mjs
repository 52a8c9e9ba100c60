// What hands do on a page: find a field by its label, press a button, create somebody.
import assert from "node:assert/strict";

export const PASSWORD = "violet canyon umbrella 88";

let created = 0;

/** Fills the form for somebody new but for the password; answers who it is. */
export async function fillNewUser(page) {
  created += 1;
  const username = `journey${Date.now().toString(36)}n${created}`;
  const email = `${username}@example.org`;
  await page.goto("/console/users/new");
  await field(page, "First name").fill("Ada");
  await field(page, "Last name").fill(`Journey${created}`);
  await field(page, "Username").fill(username);
  await field(page, "Email").fill(email);
  await field(page, "Repeat email").fill(email);
  return { username, email };
}

/** Creates somebody new through the form; answers who it is, with the identifier and the password. */
export async function createUser(page, { temporary = true, mobile = "" } = {}) {
  const user = await fillNewUser(page);
  await field(page, "Mobile (optional)").fill(mobile);
  await page.getByRole("radio", { name: /^Set a password now/ }).check();
  await field(page, "Password").fill(PASSWORD);
  await field(page, "Repeat password").fill(PASSWORD);
  await page.getByRole("checkbox", { name: "Temporary password" }).setChecked(temporary);
  await page.getByRole("button", { name: "Create user", exact: true }).click();
  await page.waitForURL((url) => !url.pathname.endsWith("/new"));
  const refused = page.locator(".errsum");
  if (await refused.count()) throw new Error(`the form refused: ${await refused.innerText()}`);
  const id = new URL(page.url()).pathname.split("/").pop();
  return { ...user, id, password: PASSWORD };
}

/** A page of somebody else's browser, with JavaScript or without. */
export async function another(page, { script = true } = {}) {
  const context = await page.context().browser().newContext({ baseURL: new URL(page.url()).origin, javaScriptEnabled: script });
  context.setDefaultTimeout(10_000);
  return context.newPage();
}

/** Lets the server send its mail to a port of this machine. */
export async function chooseMailServer(page, port) {
  await page.goto("/console/sending");
  await field(page, "Host").fill("127.0.0.1");
  await field(page, "Port").fill(String(port));
  await field(page, "Encryption").selectOption("none");
  await field(page, "From address").fill("reeve@example.org");
  const answer = await press(page, page.getByRole("button", { name: "Save mail server" }));
  assert.ok(answer.status() < 400, `the server answered ${answer.status()}`);
}

/** Fills the sign-in form that the page shows. */
export async function signIn(page, username, password) {
  await page.getByLabel("Username or email", { exact: true }).fill(username);
  await page.getByLabel("Password", { exact: true }).fill(password);
  return press(page, page.locator("main").getByRole("button", { name: "Sign in", exact: true }));
}

/** A field by its visible label. */
export function field(page, label) {
  return page.locator("main").getByLabel(label, { exact: true });
}

/** The row of the list that shows this username. */
export function row(page, username) {
  return page.locator("tr", { hasText: username }).filter({ has: page.locator(".rowcheck") });
}

/** Presses a button and answers what the server said to its form; a page that it made is there then. */
export async function press(page, button) {
  return posted(page, () => button.click());
}

/** Sends the form of a button as a browser without htmx does. */
export async function pressPlainly(page, button) {
  return posted(page, () => button.evaluate((it) => { it.form.action = it.formAction; it.form.submit(); }));
}

async function posted(page, deed) {
  const answer = page.waitForResponse((response) => response.request().method() === "POST");
  const loaded = page.waitForEvent("load").catch(() => {});
  await deed();
  const response = await answer;
  if (response.request().isNavigationRequest()) await loaded;
  return response;
}

/** Waits for something that the page does in its own time. */
export async function until(isSo, what) {
  const deadline = Date.now() + 10_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) assert.fail(`not seen in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** So that the server judges what the browser would not have sent. */
export async function withoutOwnChecks(page) {
  await page.locator("main form").evaluateAll((forms) => forms.forEach((form) => (form.noValidate = true)));
}
