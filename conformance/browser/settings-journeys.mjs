// What people do with settings and policies. As in journeys.mjs; what is changed is changed back.
import assert from "node:assert/strict";

import { field, press } from "./hands.mjs";

export const SETTINGS_JOURNEYS = [
  { name: "es_127: a policy is tightened, the hint changes, a weak password is refused in its words", go: ({ page }) => tightened(page) },
  { name: "es_127: a policy is tightened, the hint changes, a weak password is refused in its words without JavaScript", script: false, go: ({ page }) => tightened(page) },
  { name: "es_e5: a preset is looked at, chosen and left", go: ({ page }) => preset(page) },
  { name: "es_e5: a preset is looked at, chosen and left without JavaScript", script: false, go: ({ page }) => preset(page) },
];

async function tightened(page) {
  const rule = "Use at least 40 characters.";
  await page.goto("/console/policies/password");
  await field(page, "Minimum length").fill("40");
  await press(page, page.getByRole("button", { name: "Save policy" }));
  await page.locator(".toast", { hasText: "Settings saved" }).waitFor();
  await page.locator(".sample", { hasText: rule }).waitFor();

  await page.goto("/console/users/new");
  await page.locator("[name=password_choice][value=typed]").check();
  await page.getByText(rule).first().waitFor();
  await field(page, "First name").fill("Ada");
  await field(page, "Last name").fill("Tight");
  await field(page, "Username").fill("ada.tight");
  await field(page, "Email").fill("ada.tight@example.org");
  await field(page, "Repeat email").fill("ada.tight@example.org");
  await field(page, "Password").fill("violet canyon umbrella 88");
  await field(page, "Repeat password").fill("violet canyon umbrella 88");
  await page.getByRole("checkbox", { name: "Temporary password" }).setChecked(false);
  const refused = await press(page, page.getByRole("button", { name: "Create user", exact: true }));
  assert.equal(refused.status(), 422);
  assert.match(await page.locator("#password-err").innerText(), /Use at least 40 characters$/);

  await page.goto("/console/policies/password/reset");
  const [name, before, after] = await page.locator("tbody tr").first().locator("th, td").allInnerTexts();
  assert.match(`${name} ${before} ${after}`, /Minimum length\s.*40 characters.*15 characters/s);
  await press(page, page.getByRole("button", { name: "Reset to defaults" }));
  await page.locator(".toast", { hasText: "Settings saved" }).waitFor();
}

async function preset(page) {
  await page.goto("/console/policies");
  await page.locator("section", { hasText: "Compatible" }).getByText("In force").waitFor();
  for (const name of ["Hardened", "Compatible"]) {
    await page.goto("/console/policies");
    await page.locator("section", { hasText: name }).getByRole("link", { name: /^Look at \d+ changes/ }).click();
    const row = page.locator("tr", { hasText: "Sign out after no activity for" });
    assert.match(await row.innerText(), name === "Hardened" ? /30 minutes\s+15 minutes/ : /15 minutes\s+30 minutes/);
    await press(page, page.getByRole("button", { name: "Use this preset" }));
    await page.locator("section", { hasText: name }).getByText("In force").waitFor();
  }
}
