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
      await page.getByLabel("Sailing club").check();
      await press(page, page.getByRole("button", { name: "Add group memberships" }));
      await page.locator(".toast", { hasText: "Added to 1 group" }).waitFor();
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
      await press(page, page.locator(".bulk [value=group]"));
      await page.locator("main input[type=search]").fill(group);
      await press(page, page.getByRole("button", { name: "Search", exact: true }));
      await page.getByLabel(group).check();
      await press(page, page.getByRole("button", { name: "Add group memberships" }));
      await page.locator(".toast", { hasText: "1 user added" }).waitFor();
    },
  },
];

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
