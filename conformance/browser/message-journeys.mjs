// What people do with messages: their texts, and the outbox. As in journeys.mjs.
import assert from "node:assert/strict";

import { createUser, field, press } from "./hands.mjs";

export const MESSAGE_JOURNEYS = [
  { name: "es_203 to es_207: a text is refused, put right, looked at, saved and restored", go: ({ page }) => template(page) },
  { name: "es_203 to es_207: a text is refused, put right, looked at, saved and restored without JavaScript", script: false, go: ({ page }) => template(page) },
  { name: "es_207: a text is written in another language, and removed again", go: ({ page }) => translation(page, "nl") },
  {
    name: "es_207: a text is written in another language, and removed again without JavaScript",
    script: false,
    go: ({ page }) => translation(page, "de", () => page.getByRole("button", { name: "Show", exact: true }).click()),
  },
  { name: "es_115: a username is sent, waits in the outbox and is taken back", go: ({ page }) => outbox(page) },
  { name: "es_115: a username is sent, waits in the outbox and is taken back without JavaScript", script: false, go: ({ page }) => outbox(page) },
];

// Journeys of one visit run beside others; each has a message of its own.
let used = 0;
const NAMES = ["Account enabled", "Account disabled"];

async function template(page) {
  const name = NAMES[used++ % NAMES.length];
  await page.goto("/console/templates");
  await page.getByRole("link", { name, exact: true }).click();
  await field(page, "Subject").fill("Dear {{ nobody }}");
  const refused = await press(page, page.getByRole("button", { name: "Save template" }));
  assert.equal(refused.status(), 422);
  await page.locator(".errsum", { hasText: "There is no variable {{ nobody }}" }).waitFor();
  await field(page, "Subject").fill("Dear {{ first_name }}");
  await page.locator("#html").fill("<h1>Good news, {{ first_name }}</h1>");
  const shown = page.waitForResponse((answer) => answer.url().endsWith("/preview") && answer.request().method() === "POST");
  await page.getByRole("button", { name: "Show what is typed" }).click();
  assert.equal((await shown).status(), 200);
  await page.frameLocator("iframe[name=preview]").getByRole("heading", { name: "Good news, Marijke" }).waitFor();
  await press(page, page.getByRole("button", { name: "Save template" }));
  await page.locator("li", { has: page.getByRole("link", { name, exact: true }) }).getByText("Customized").waitFor();
  await page.getByRole("link", { name, exact: true }).click();
  await press(page, page.getByRole("button", { name: "Restore original" }));
  assert.match(await field(page, "Subject").inputValue(), /^Your account at/);
}

async function translation(page, language, show = () => {}) {
  await page.goto("/console/templates/account_locked");
  await page.getByLabel("Language", { exact: true }).selectOption(language);
  await show();
  await page.getByText(/^There is no .* text yet\.$/).waitFor();
  await field(page, "Subject").fill("Locked: {{ username }}");
  await press(page, page.getByRole("button", { name: "Save template" }));
  await page.locator(`a.tag[href$="account_locked?lang=${language}"]`).click();
  assert.equal(await field(page, "Subject").inputValue(), "Locked: {{ username }}");
  await press(page, page.getByRole("button", { name: "Remove this language" }));
  await page.locator(".toast", { hasText: "Language removed" }).waitFor();
  assert.match(await field(page, "Subject").inputValue(), /^Your account at/);
}

async function outbox(page) {
  const { username, id } = await createUser(page);
  await page.goto(`/console/users/${id}`);
  await page.getByRole("button", { name: "More actions" }).click();
  await press(page, page.getByRole("button", { name: "Send username" }));
  await page.locator(".toast", { hasText: "Sent by email" }).waitFor();
  assert.equal(new URL(page.url()).pathname, `/console/users/${id}`);
  await page.goto("/console/outbox?template=username");
  await page.getByRole("link", { name: `${username}@example.org`, exact: true }).click();
  await page.getByText("Plain text").click();
  await page.locator("pre", { hasText: `Username: ${username}` }).waitFor();
  await press(page, page.getByRole("button", { name: "Take back" }));
  await page.locator(".toast", { hasText: "1 message taken back" }).waitFor();
}
