// What people do on the list of users: find, sort, choose, take away, come back. As in journeys.mjs.
import assert from "node:assert/strict";
import fs from "node:fs";

import { createUser, field, press, row, until } from "./hands.mjs";

export const LIST_JOURNEYS = [
  {
    name: "es_24: a keyboard alone sorts, selects and disables",
    async go({ page }) {
      const user = await createUser(page);
      await page.goto("/console/users");
      await tabTo(page, (element) => element.id === "q");
      await page.keyboard.type(user.username);
      await page.keyboard.press("Enter");
      await until(async () => (await page.locator(".rowcheck").count()) === 1, "the search found one user");
      await tabTo(page, (element) => element.closest("th") !== null && element.textContent.startsWith("Username"));
      await page.keyboard.press("Enter");
      await page.locator("th[aria-sort=ascending]", { hasText: "Username" }).waitFor();
      await tabTo(page, (element) => element.classList.contains("rowcheck"));
      await page.keyboard.press("Space");
      assert.ok(await page.locator(".rowcheck").isChecked(), "Space ticked nothing");
      await tabTo(page, (element) => element.name === "do" && element.value === "disable");
      await page.keyboard.press("Enter");
      await page.locator(".toast", { hasText: "disabled" }).waitFor();
      await row(page, user.username).locator(".st--off").waitFor();
    },
  },
  {
    name: "a user is found, created, changed, disabled and deleted without JavaScript",
    script: false,
    async go({ page }) {
      const user = await createUser(page);
      await page.goto("/console/users");
      await page.locator(".tools [name=q]").fill(user.username);
      await page.getByRole("button", { name: "Apply" }).click();
      await page.getByRole("columnheader", { name: /^Email/ }).getByRole("link").click();
      await page.waitForURL(/sort=email/);
      await row(page, user.username).locator("a").first().click();
      await field(page, "First name").fill("Augusta");
      await press(page, page.getByRole("button", { name: "Update user" }));
      await page.getByRole("heading", { name: /^Augusta/ }).waitFor();
      await page.goto(`/console/users/${user.id}/danger?open=disable`);
      await page.locator("[name=disable_confirmed]").check();
      await press(page, page.getByRole("button", { name: "Disable user" }));
      await page.getByText("This account is disabled").waitFor();
      await page.goto(`/console/users/${user.id}/danger?open=delete`);
      await page.locator("[name=confirm_username]").fill(user.username);
      await page.locator("[name=delete_confirmed]").check();
      await press(page, page.getByRole("button", { name: "Delete user" }));
      assert.equal((await page.goto(`/console/users/${user.id}`)).status(), 404);
    },
  },
  {
    name: "es_35: Back from a user finds the list as it was",
    async go({ page }) {
      await page.goto("/console/users?sort=username&dir=desc");
      await page.locator(".tools [name=q]").fill("an");
      await page.waitForURL(/[?&]q=an/);
      await page.locator(".chips, #reset .link").first().waitFor();
      const before = await usernames(page);
      await page.locator("tbody th a").first().click();
      await page.waitForURL(/\/console\/users\/./);
      await page.goBack();
      await page.locator(".rowcheck").first().waitFor();
      assert.match(page.url(), /[?&]q=an/);
      assert.deepEqual(await usernames(page), before);
      assert.equal(await page.locator("th[aria-sort=descending]", { hasText: "Username" }).count(), 1);
    },
  },
  {
    name: "es_36: the heading's box ticks and unticks the rows of the page",
    go: ({ page }) => headingBox(page),
  },
  {
    name: "es_36: the heading's box without JavaScript stands for the rows of the page",
    script: false,
    async go({ page }) {
      const users = [await createUser(page), await createUser(page)];
      await page.goto(`/console/users?q=${common(users)}&sort=username`);
      const shown = await usernames(page);
      await page.locator(".pagecheck").check();
      await press(page, page.locator(".bulk [value=disable]"));
      await page.goto(`/console/users?q=${common(users)}&status=disabled&sort=username`);
      assert.deepEqual(await usernames(page), shown);
    },
  },
  {
    name: "es_37: the buttons for several are disabled until a row is ticked",
    async go({ page }) {
      await page.goto("/console/users");
      const disabled = () => page.locator(".bulk [name=do]").evaluateAll((buttons) => buttons.map((button) => button.hasAttribute("disabled")));
      const count = (await disabled()).length;
      assert.ok(count >= 7, `only ${count} buttons`);
      const [all, none] = [Array(count).fill(true), Array(count).fill(false)];
      assert.deepEqual(await disabled(), all);
      await page.locator(".rowcheck").first().check();
      assert.deepEqual(await disabled(), none);
      await page.getByRole("button", { name: "Clear selection" }).click();
      assert.deepEqual(await disabled(), all);
      await page.getByRole("columnheader", { name: /^Email/ }).getByRole("link").click();
      await page.waitForURL(/sort=email/);
      await until(async () => (await disabled()).every((is) => is), "a list that came by htmx disables them too");
    },
  },
  {
    name: "es_43: a selection is not carried to the next page and back",
    async go({ page }) {
      await page.goto("/console/users?size=25");
      for (const place of [0, 1]) await page.locator(".rowcheck").nth(place).check();
      await page.getByRole("link", { name: "Next page" }).click();
      await page.waitForURL(/page=2/);
      await until(async () => (await page.locator(".rowcheck:checked").count()) === 0, "nobody is ticked on page 2");
      await page.getByRole("link", { name: "Previous page" }).click();
      await page.waitForURL((url) => !url.search.includes("page=2"));
      await until(async () => (await page.locator(".rowcheck:checked").count()) === 0, "nobody is ticked on page 1");
      assert.equal(await page.locator(".bulk").isVisible(), false);
      await page.locator(".rowcheck").first().check();
      await page.goto("/console/users?status=disabled");
      await page.goBack();
      await page.locator(".rowcheck").first().waitFor();
      assert.equal(await page.locator(".rowcheck:checked").count(), 0, "the browser's Back brought a tick back");
      assert.ok(await page.locator(".bulk [value=delete]").isDisabled());
    },
  },
  {
    name: "f_6: ticked users, some columns of them, become a file in a dialog",
    async go({ page }) {
      const users = [await createUser(page), await createUser(page)];
      await page.goto(`/console/users?q=${common(users)}`);
      for (const { username } of users) await row(page, username).locator(".rowcheck").check();
      await page.locator(".bulk [value=export]").click();
      const dialog = page.getByRole("dialog", { name: "Export users" });
      await dialog.getByText("2 users that you selected").waitFor();
      await dialog.getByRole("checkbox", { name: "Mobile" }).uncheck();
      const text = await downloaded(page, () => dialog.getByRole("button", { name: "Export users" }).click());
      assert.ok(text.startsWith("\ufeff"), "the file has no byte order mark");
      const [head, ...rows] = text.trim().split("\r\n");
      assert.match(head, /^username,first_name,last_name,email,external_id,.*,spreadsheet_guard$/);
      assert.deepEqual(rows.map((line) => line.split(",")[0]).sort(), users.map(({ username }) => username).sort());
      await until(async () => (await dialog.count()) === 0, "the dialog is closed");
    },
  },
  {
    name: "f_6: what the list is narrowed to becomes a file without JavaScript",
    script: false,
    async go({ page }) {
      const user = await createUser(page);
      await page.goto(`/console/users?q=${user.username}`);
      await page.getByRole("link", { name: "Export…" }).click();
      await page.getByRole("radio", { name: /^Those that match the filter ?1 user/ }).waitFor();
      await page.getByRole("radio", { name: /^NDJSON/ }).check();
      const text = await downloaded(page, () => page.getByRole("button", { name: "Export users" }).click());
      assert.deepEqual(text.trim().split("\n").map((line) => JSON.parse(line).username), [user.username]);
      await page.getByRole("link", { name: "Back to users" }).click();
      await row(page, user.username).waitFor();
    },
  },
];

/** The text of the file that a deed downloads. */
async function downloaded(page, deed) {
  const download = page.waitForEvent("download");
  await deed();
  const file = await download;
  assert.match(file.suggestedFilename(), /^users-\d{4}-\d\d-\d\d\.(csv|ndjson)$/);
  return fs.readFileSync(await file.path(), "utf8");
}

/** Ticks and unticks by the box in the heading, and by single rows. */
async function headingBox(page) {
  await page.goto("/console/users?size=25");
  const heading = page.locator(".pagecheck");
  const ticked = () => page.locator(".rowcheck:checked").count();
  await heading.check();
  assert.equal(await ticked(), 25);
  await page.locator(".rowcheck").nth(3).uncheck();
  assert.equal(await heading.isChecked(), false, "the heading stays ticked with a row unticked");
  assert.ok(await heading.evaluate((box) => box.indeterminate), "the heading doesn't say that some are ticked");
  await page.locator(".rowcheck").nth(3).check();
  assert.ok(await heading.isChecked());
  await heading.uncheck();
  assert.equal(await ticked(), 0);
}

/** What the usernames of these people have in common. */
function common(users) {
  const [first, ...others] = users.map(({ username }) => username);
  let length = first.length;
  while (others.some((other) => !other.startsWith(first.slice(0, length)))) length -= 1;
  return first.slice(0, length);
}

/** The usernames of the list, in order. */
async function usernames(page) {
  return page.locator("tbody .s-b .s-hide").allInnerTexts();
}

/** Presses Tab until what has the focus is what is wanted. */
async function tabTo(page, isWanted) {
  for (let step = 0; step < 80; step += 1) {
    if (await page.evaluate(`(${isWanted})(document.activeElement)`)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab never reached it: ${isWanted}`);
}
