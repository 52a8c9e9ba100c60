// Locking people, what they read then, and letting them in again.
import assert from "node:assert/strict";

import { PASSWORD, another, createUser, field, press, row, signIn } from "./hands.mjs";

export const LOCK_JOURNEYS = [
  { name: "somebody is locked with a reason, is refused with the right words, and is let in again", go: lockAndUnlock },
  { name: "the same without JavaScript", script: false, go: lockAndUnlock },
  {
    name: "several are locked in a dialog, and the toast undoes it",
    async go({ page }) {
      const users = [await createUser(page), await createUser(page)];
      await page.goto("/console/users?q=journey&size=500");
      for (const { username } of users) await row(page, username).locator(".rowcheck").check();
      await page.locator(".bulk").getByRole("button", { name: "Lock…" }).click();
      const dialog = page.getByRole("dialog", { name: "Lock 2 users?" });
      await dialog.getByLabel("Reason").fill("Exam week");
      await dialog.getByRole("checkbox", { name: /^I confirm that these users/ }).check();
      await dialog.getByRole("button", { name: "Lock 2 users", exact: true }).click();
      await page.getByText("2 users locked", { exact: true }).waitFor();
      for (const { username } of users) {
        await page.goto(`/console/users?status=locked&q=${username}`);
        await row(page, username).waitFor();
      }
    },
  },
  {
    name: "somebody is signed out everywhere",
    async go({ page }) {
      const user = await createUser(page, { temporary: false });
      const theirs = await another(page);
      await theirs.goto("/sign-in");
      await signIn(theirs, user.username, PASSWORD);
      await page.goto(`/console/users/${user.id}/sessions`);
      await page.getByText("1 session open").waitFor();
      await press(page, page.getByRole("button", { name: "Sign out everywhere" }));
      await page.getByText("1 session ended", { exact: true }).waitFor();
      await page.getByText("No open sessions").waitFor();
      await theirs.goto("/");
      await theirs.getByText("You are signed out").waitFor();
      await theirs.context().close();
    },
  },
];

async function lockAndUnlock({ page }) {
  const user = await createUser(page, { temporary: false });
  await page.goto(`/console/users/${user.id}/danger?open=lock`);
  await field(page, "Reason (optional)").fill("Lost the phone");
  await page.getByRole("checkbox", { name: /^I confirm that Ada cannot sign in/ }).check();
  await press(page, page.getByRole("button", { name: "Lock user", exact: true }));
  const banner = page.locator(".note", { hasText: "This account is locked" });
  await banner.getByText(/ by .+: Lost the phone\. It stays locked until somebody unlocks it\./).waitFor();

  const theirs = await another(page);
  await theirs.goto("/sign-in");
  await signIn(theirs, user.username, PASSWORD);
  const alert = theirs.getByRole("alert").filter({ visible: true });
  await alert.getByText("This account is locked.").waitFor();
  assert.ok(!(await theirs.locator("main").innerText()).includes("phone"), "the reason is for administrators");

  await press(page, banner.getByRole("button", { name: "Unlock now" }));
  await page.locator(".profilehead").getByText("Enabled", { exact: true }).waitFor();
  assert.equal(await banner.count(), 0, "the banner is still there");
  await signIn(theirs, user.username, PASSWORD);
  assert.equal(new URL(theirs.url()).pathname, "/account");
  await theirs.context().close();
}
