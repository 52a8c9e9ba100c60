// What people do with groups. As in journeys.mjs.
import assert from "node:assert/strict";

import { createUser, field, press, row, until } from "./hands.mjs";

export const GROUP_JOURNEYS = [
  { name: "a group is created, filled, emptied and deleted", go: ({ page }) => wholeLife(page) },
  { name: "a group is created, filled, emptied and deleted without JavaScript", script: false, go: ({ page }) => wholeLife(page) },
  {
    name: "es_153: a user is added to groups, and taken out of one",
    async go({ page }) {
      const user = await createUser(page);
      await page.goto(`/console/users/${user.id}/groups`);
      await page.getByRole("link", { name: "Add to groups", exact: true }).click();
      const dialog = page.getByRole("dialog", { name: /^Add Ada .* to groups$/ });
      await dialog.getByLabel("Alumni").check();
      await dialog.getByRole("searchbox").fill("sailing");
      await until(async () => (await dialog.getByRole("checkbox").count()) === 2, "what is ticked stays, and one is found");
      await dialog.getByLabel("Alumni").uncheck();
      await dialog.getByLabel("Sailing club").check();
      await press(page, dialog.getByRole("button", { name: "Add group memberships" }));
      await page.locator(".toast", { hasText: "Added to 1 group" }).waitFor();
      await page.locator(".tabs .count", { hasText: "1" }).waitFor();
      await press(page, page.getByRole("button", { name: "Remove from Sailing club" }));
      await page.getByRole("heading", { name: /is in no group$/ }).waitFor();
    },
  },
  {
    name: "es_153: a user is added to groups, and taken out of one, without JavaScript",
    script: false,
    async go({ page }) {
      const user = await createUser(page);
      await page.goto(`/console/users/${user.id}/groups`);
      await page.getByRole("link", { name: "Add to groups", exact: true }).click();
      await page.locator("main input[type=search]").fill("sailing");
      await press(page, page.getByRole("button", { name: "Search", exact: true }));
      assert.equal(await page.locator("main").getByRole("checkbox").count(), 1);
      await page.getByLabel("Sailing club").check();
      await press(page, page.getByRole("button", { name: "Add group memberships" }));
      await page.locator(".tabs .count", { hasText: "1" }).waitFor();
      await press(page, page.getByRole("button", { name: "Remove from Sailing club" }));
      await page.getByRole("heading", { name: /is in no group$/ }).waitFor();
    },
  },
  {
    name: "users are added to a group from their list",
    async go({ page }) {
      const user = await createUser(page);
      const group = await createGroup(page);
      await page.goto(`/console/users?q=${user.username}`);
      await row(page, user.username).locator(".rowcheck").check();
      await page.locator(".bulk [value=group]").click();
      const dialog = page.getByRole("dialog", { name: "Add 1 user to groups" });
      await dialog.getByRole("searchbox").fill(group);
      await until(async () => (await dialog.getByRole("checkbox").count()) === 1, "one group is found");
      await dialog.getByRole("searchbox").press("Enter");
      await dialog.getByLabel(group).check();
      await press(page, dialog.getByRole("button", { name: "Add group memberships" }));
      await page.locator(".toast", { hasText: "1 user added" }).waitFor();
    },
  },
  {
    name: "users are added to a group from their list without JavaScript",
    script: false,
    async go({ page }) {
      const user = await createUser(page);
      const group = await createGroup(page);
      await page.goto(`/console/users?q=${user.username}`);
      await row(page, user.username).locator(".rowcheck").check();
      await press(page, page.locator(".bulk [value=group]"));
      await page.locator("main input[type=search]").fill(group);
      await press(page, page.getByRole("button", { name: "Search", exact: true }));
      await page.getByLabel(group).check();
      await press(page, page.getByRole("button", { name: "Add group memberships" }));
      await page.locator(".toast", { hasText: "1 user added" }).waitFor();
    },
  },
  { name: "es_200: all members leave a group after a question", go: ({ page }) => allLeave(page, page.getByRole("dialog")) },
  {
    name: "es_200: all members leave a group after a question without JavaScript",
    script: false,
    go: ({ page }) => allLeave(page, page.locator("main")),
  },
  { name: "very many memberships are made while a page tells how far they are", go: ({ page }) => veryMany(page) },
  {
    name: "very many memberships are made while a page tells how far they are, without JavaScript",
    script: false,
    go: ({ page }) => veryMany(page),
  },
  {
    name: "es_200: groups are walked page by page in any order, and found by the search of everything",
    async go({ page }) {
      const group = await createGroup(page);
      await page.goto("/console/groups?size=3");
      const names = () => page.locator("tbody th a").allInnerTexts();
      const first = await names();
      await page.getByRole("columnheader", { name: /^Members/ }).getByRole("link").click();
      await page.waitForURL(/sort=members/);
      await page.getByRole("link", { name: "Next page" }).click();
      await page.waitForURL(/page=2.*after=/);
      await page.getByRole("link", { name: "Previous page" }).click();
      await page.waitForURL((url) => !url.search.includes("page=2"));
      await page.getByRole("columnheader", { name: /^Group/ }).getByRole("link").click();
      await until(async () => (await names()).join() === first.join(), "the first page is as it was");
      await page.goto("/console/groups?size=25");
      await page.locator(".finder input").fill(group);
      await page.locator(".finder input").press("Enter");
      await page.locator("[data-hit]", { hasText: group }).click();
      await page.getByRole("heading", { name: group }).waitFor();
    },
  },
];

/** Takes everybody out of a group whose page shows only one of them. The question stands in `place`. */
async function allLeave(page, place) {
  const group = await createGroup(page);
  const home = page.url();
  for (const user of [await createUser(page), await createUser(page)]) {
    await page.goto(`${home}/add?q=${user.username}`);
    await page.locator(`input[value="${user.id}"]`).check();
    await press(page, page.getByRole("button", { name: "Add members" }));
  }
  await page.goto("/console/users?size=1");
  await page.goto(`${home}?select=all`);
  await page.getByText("All 2 members are selected.").waitFor();
  await press(page, page.locator(".bulk [value=remove]"));
  await place.getByRole("heading", { name: `Remove 2 users from ${group}?` }).waitFor();
  await press(page, place.getByRole("button", { name: "Remove 2 users" }));
  await page.getByRole("heading", { name: "Nobody is in this group" }).waitFor();
  await page.goto("/console/users?size=25");
}

/** Adds all users to so many groups that a job does it. */
async function veryMany(page) {
  const prefix = `many${Date.now().toString(36)}`;
  for (let number = 0; number < 12; number += 1) {
    await page.goto("/console/groups/new");
    await field(page, "Name").fill(`${prefix} ${number}`);
    await press(page, page.getByRole("button", { name: "Create group" }));
  }
  await page.goto("/console/users?status=enabled&size=25");
  await page.goto("/console/users?status=enabled&select=all");
  await press(page, page.locator(".bulk [value=group]"));
  const search = page.getByLabel("Find a group", { exact: true });
  await search.fill(prefix);
  const find = page.getByRole("button", { name: "Search", exact: true }).last();
  await press(page, find);
  await until(async () => (await page.locator("#avail [name=group]").count()) === 12, "twelve groups are found");
  for (const box of await page.locator("#avail [name=group]").all()) await box.check();
  await press(page, page.getByRole("button", { name: "Add group memberships" }));
  assert.match(page.url(), /\/console\/users\/bulk\/[0-9a-f-]{36}\?return=/);
  const reload = page.getByRole("link", { name: "Reload" });
  await until(async () => {
    if (await reload.isVisible().catch(() => false)) await reload.click();
    return (await page.getByRole("heading", { name: /^\d+ users added$/ }).count()) === 1;
  }, "the page tells what became of them");
  await page.getByRole("link", { name: "Back to users" }).click();
  await page.waitForURL(/status=enabled/);
}

async function wholeLife(page) {
  const user = await createUser(page);
  const group = await createGroup(page);
  await page.getByRole("link", { name: "Add members" }).first().click();
  await page.locator("main input[type=search]").fill(user.username);
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await page.locator(`input[value="${user.id}"]`).check();
  await press(page, page.getByRole("button", { name: "Add members" }));
  await row(page, user.username).locator(".rowcheck").check();
  await press(page, page.getByRole("button", { name: "Remove from group" }));
  await page.getByRole("heading", { name: "Nobody is in this group" }).waitFor();
  await page.goto(`${page.url().split("?")[0]}/delete`);
  await page.locator("[name=confirmed]").check();
  await press(page, page.getByRole("button", { name: "Delete group" }));
  await page.goto(`/console/groups?q=${group}`);
  await until(async () => (await page.getByText("No groups match").count()) === 1, "the group is gone");
  assert.equal((await page.goto(`/console/users/${user.id}`)).status(), 200, "the member went with the group");
}

let created = 0;

/** Creates a group through the form, and stays on its page; answers its name. */
async function createGroup(page) {
  created += 1;
  const name = `journey${Date.now().toString(36)}g${created}`;
  await page.goto("/console/groups/new");
  await field(page, "Name").fill(name);
  await press(page, page.getByRole("button", { name: "Create group" }));
  await page.getByRole("heading", { name }).waitFor();
  return name;
}
