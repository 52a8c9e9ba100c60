// What people do, from the first page to the last. To add one: a sentence and a function.
//
// Each journey gets a fresh visitor, who is signed in unless it says `stranger`; `script: false` takes JavaScript away.
// `signIn(page)` fills the sign-in form that the page shows, with the right password or with the one it is given.
// Journeys need no order: one that changes somebody creates that person first.
import assert from "node:assert/strict";

import { createUser, field, press, row, until, withoutOwnChecks } from "./hands.mjs";

export const JOURNEYS = [
  {
    name: "a wrong password is refused, and the form says so",
    stranger: true,
    async go({ page, signIn }) {
      await page.goto("/sign-in");
      await signIn(page, "not the password");
      await page.locator("[role=alert]").filter({ visible: true }).first().waitFor();
      assert.equal(new URL(page.url()).pathname, "/sign-in");
      assert.equal(await page.getByLabel("Password", { exact: true }).inputValue(), "", "the password came back in the page");
    },
  },
  {
    name: "a stranger who opens the console is asked to sign in, and lands there",
    stranger: true,
    async go({ page, signIn }) {
      await page.goto("/console/users?q=an");
      assert.equal(new URL(page.url()).pathname, "/sign-in");
      await signIn(page);
      assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, "/console/users?q=an");
    },
  },
  {
    name: "a user is created by the form",
    async go({ page }) {
      const user = await createUser(page);
      await page.goto(`/console/users?q=${user.username}`);
      await row(page, user.username).waitFor();
    },
  },
  {
    name: "a form with mistakes comes back with a summary and what was typed",
    async go({ page }) {
      await page.goto("/console/users/new");
      await field(page, "First name").fill("Joost");
      await field(page, "Email").fill("joost.example.org");
      await withoutOwnChecks(page);
      const answer = await press(page, page.getByRole("button", { name: "Create user", exact: true }));
      assert.equal(answer.status(), 422);
      const summary = page.locator(".errsum");
      await summary.waitFor();
      assert.ok(await summary.evaluate((element) => element === document.activeElement), "the summary has no focus");
      assert.match(await page.title(), /^Error: /);
      assert.equal(await field(page, "First name").inputValue(), "Joost");
      for (const link of await summary.locator("a").all()) {
        const target = page.locator(await link.getAttribute("href"));
        assert.equal(await target.getAttribute("aria-invalid"), "true", "a link of the summary leads to no field");
      }
    },
  },
  {
    name: "searching narrows the list and stays in the address",
    async go({ page }) {
      const user = await createUser(page);
      await page.goto("/console/users");
      const before = await page.locator(".rowcheck").count();
      await page.locator(".tools [name=q]").fill(user.username);
      await page.keyboard.press("Enter");
      await page.waitForURL(/[?&]q=/);
      await until(async () => (await page.locator(".rowcheck").count()) === 1, `${before} rows became one`);
      await row(page, user.username).waitFor();
      await page.reload();
      assert.equal(await page.locator(".rowcheck").count(), 1, "the address forgot the search");
    },
  },
  {
    name: "selected users are disabled together",
    async go({ page }) {
      const users = [await createUser(page), await createUser(page)];
      await disableTogether(page, users);
    },
  },
  {
    name: "selected users are disabled together without JavaScript",
    script: false,
    async go({ page }) {
      const users = [await createUser(page), await createUser(page)];
      await disableTogether(page, users);
    },
  },
  {
    name: "the list sorts by a column, up and down",
    async go({ page }) {
      await page.goto("/console/users");
      const header = page.getByRole("columnheader", { name: /^Username/ });
      for (const direction of ["ascending", "descending"]) {
        await header.getByRole("link").click();
        await page.locator(`th[aria-sort=${direction}]`, { hasText: "Username" }).waitFor();
      }
      assert.equal(await page.locator("th[aria-sort]").count(), 1, "one column only is the first in the order");
    },
  },
  {
    name: "a registration is approved in a dialog, once it was left by Cancel",
    async go({ page }) {
      await page.goto(await lastOf(page, "approval"));
      const open = page.getByRole("link", { name: "Approve user…" });
      const dialog = page.getByRole("dialog", { name: /^Approve / });
      await open.click();
      await dialog.getByRole("button", { name: "Cancel", exact: true }).click();
      assert.equal(await dialog.count(), 0, "Cancel leaves the dialog there");
      await open.click();
      await dialog.getByRole("button", { name: "Approve user", exact: true }).click();
      await page.getByText("Registration approved", { exact: true }).waitFor();
      await page.locator(".profilehead").getByText("Enabled", { exact: true }).waitFor();
    },
  },
  {
    name: "a dialog for what somebody else has decided meanwhile leads to a page that says so",
    async go({ page }) {
      const profile = await lastOf(page, "approval");
      await page.goto(profile);
      const other = await page.context().newPage();
      await other.goto(`${profile}/approve`);
      await other.getByRole("button", { name: "Approve user", exact: true }).click();
      await other.getByText("Registration approved", { exact: true }).waitFor();
      await other.close();
      const answer = page.waitForResponse((response) => response.url().endsWith("/reject") && response.status() === 409);
      await page.getByRole("link", { name: "Reject user…" }).click();
      await answer;
      await page.getByText("has approved this registration already").waitFor();
    },
  },
  {
    name: "without script, somebody unconfirmed is activated and a registration rejected",
    script: false,
    async go({ page }) {
      await page.goto(await lastOf(page, "activation"));
      await page.getByRole("link", { name: "Activate user…" }).click();
      await page.getByRole("button", { name: "Activate user", exact: true }).click();
      await page.locator(".profilehead").getByText("Enabled", { exact: true }).waitFor();
      const profile = await lastOf(page, "approval");
      await page.goto(profile);
      await page.getByRole("link", { name: "Reject user…" }).click();
      await page.getByRole("textbox", { name: "Reason (optional)" }).fill("Not one of ours");
      await page.getByRole("checkbox", { name: "Delete this pending account" }).check();
      await page.getByRole("button", { name: "Reject and delete", exact: true }).click();
      await page.getByText("Registration rejected and account deleted", { exact: true }).waitFor();
      assert.equal((await page.goto(profile)).status(), 404);
    },
  },
  {
    name: "a user is deleted after a confirmation",
    async go({ page }) {
      const user = await createUser(page);
      await page.goto(`/console/users/${user.id}/delete`);
      const form = page.locator("main form").filter({ has: page.getByRole("button", { name: /^Delete/ }) });
      for (const box of await form.getByRole("checkbox").all()) await box.check();
      for (const text of await form.getByRole("textbox").all()) await text.fill(user.username);
      await form.getByRole("button", { name: /^Delete/ }).click();
      await page.waitForURL((url) => !url.pathname.endsWith("/delete"));
      await page.goto(`/console/users?q=${user.username}`);
      assert.equal(await page.locator(".rowcheck").count(), 0);
      assert.equal((await page.goto(`/console/users/${user.id}`)).status(), 404);
    },
  },
  {
    name: "a role is given and taken again",
    async go({ page }) {
      const user = await createUser(page);
      await page.goto(`/console/users/${user.id}`);
      await page.getByRole("link", { name: /^Roles & privileges/ }).click();
      const box = page.getByRole("checkbox", { name: /^SSO administrator/ });
      for (const wanted of [true, false]) {
        await box.setChecked(wanted);
        await press(page, page.getByRole("button", { name: "Save roles" }));
        await page.getByText("Roles saved").waitFor();
        assert.equal(await box.isChecked(), wanted);
      }
    },
  },
  {
    name: "somebody is made super administrator, and an ordinary user again",
    async go({ page }) {
      const user = await createUser(page);
      await page.goto("/console/administrators");
      await field(page, "Username").fill(user.username);
      await page.getByRole("button", { name: "Make super administrator…" }).click();
      await page.getByRole("checkbox").check();
      await press(page, page.getByRole("button", { name: "Make super administrator", exact: true }));
      await page.waitForURL((url) => url.pathname === "/console/administrators");
      const person = page.locator("tr", { hasText: user.username });
      await person.getByRole("button").click();
      await person.getByRole("link", { name: "Take super administrator away…" }).click();
      await page.getByRole("checkbox").check();
      await press(page, page.getByRole("button", { name: "Take role away" }));
      await page.waitForURL((url) => url.pathname === "/console/administrators");
      assert.equal(await person.count(), 0);
    },
  },
  {
    name: "the slash key goes to the search",
    async go({ page }) {
      await page.goto("/console/users");
      await page.keyboard.press("/");
      const focused = () => page.evaluate(() => document.activeElement?.hasAttribute("data-slash"));
      assert.ok(await focused(), "no search field has the focus");
      await page.keyboard.type("a/b");
      assert.equal(await page.evaluate(() => document.activeElement.value), "a/b");
    },
  },
  {
    name: "the slash key, a name and the arrows lead to a user",
    async go({ page }) {
      const user = await createUser(page);
      await page.goto("/console/administrators");
      await page.keyboard.press("/");
      await page.keyboard.type(user.username);
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/console\/search\?q=/);
      const focused = (what) => page.evaluate((what) => document.activeElement.matches(what), what);
      await until(() => focused("#find"), "the search field has the focus");
      await page.keyboard.press("ArrowDown");
      assert.ok(await focused("[data-hit]"), "the first result has no focus");
      await page.keyboard.press("ArrowUp");
      assert.ok(await focused("#find"), "the way back to the field is shut");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => url.pathname === `/console/users/${user.id}`);
    },
  },
  {
    name: "the search finds while somebody types, users and pages",
    async go({ page }) {
      await page.goto("/console/search");
      const focused = () => page.evaluate(() => document.activeElement?.id === "find");
      await until(focused, "the search field has the focus");
      await page.keyboard.type("export");
      await page.getByRole("link", { name: "Export users" }).waitFor();
      await until(async () => /\/console\/search\?q=export$/.test(page.url()), "the address tells what was searched");
      await page.keyboard.type("zzyzx");
      await page.getByText("Nothing matches “exportzzyzx”").waitFor();
    },
  },
  {
    name: "without script the search is a form and a page",
    script: false,
    async go({ page }) {
      const user = await createUser(page);
      await page.getByRole("searchbox", { name: "Find anything" }).fill(user.username);
      await page.keyboard.press("Enter");
      await page.locator("[data-hit]", { hasText: user.username }).click();
      await page.waitForURL((url) => url.pathname === `/console/users/${user.id}`);
    },
  },
  {
    name: "the first Tab reaches the link past the navigation",
    async go({ page }) {
      await page.goto("/console/users");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      assert.equal(await page.evaluate(() => document.activeElement?.id), "main");
    },
  },
  {
    name: "after signing out the console is closed, also to the back button",
    stranger: true,
    async go({ page, signIn }) {
      await page.goto("/sign-in");
      await signIn(page);
      await page.goto("/console/users");
      await page.locator("[popovertarget=me]").click();
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.waitForURL((url) => !url.pathname.startsWith("/console"));
      await page.goto("/console/users");
      assert.equal(new URL(page.url()).pathname, "/sign-in");
      await page.goBack();
      assert.equal(await page.locator(".rowcheck").count(), 0, "the list came back from the browser's memory");
    },
  },
];

/** The profile of the last user whose status is `status`; pages are looked at with the first. */
async function lastOf(page, status) {
  await page.goto(`/console/users?status=${status}`);
  const boxes = page.locator(".rowcheck");
  if (!(await boxes.count())) throw new Error(`nobody has the status ${status}`);
  return `/console/users/${await boxes.last().getAttribute("value")}`;
}

async function disableTogether(page, users) {
  await page.goto("/console/users?q=journey&size=500");
  for (const { username } of users) await row(page, username).locator(".rowcheck").check();
  const answer = await press(page, page.locator(".bulk [name=do][value=disable]"));
  assert.ok(answer.status() < 400, `the server answered ${answer.status()}`);
  for (const { username } of users) {
    await page.goto(`/console/users?status=disabled&q=${username}`);
    await row(page, username).waitFor();
  }
}
