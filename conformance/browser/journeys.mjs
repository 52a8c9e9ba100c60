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
