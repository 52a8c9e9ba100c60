// What people do with user attributes. As in journeys.mjs.
import assert from "node:assert/strict";

import { createUser, field, press, row, until } from "./hands.mjs";

export const ATTRIBUTE_JOURNEYS = [
  { name: "es_201: an attribute is added, moved, changed and deleted", go: ({ page }) => wholeLife(page) },
  { name: "es_201: an attribute is added, moved, changed and deleted without JavaScript", script: false, go: ({ page }) => wholeLife(page) },
  { name: "es_201: a value is entered, found and shown in the list", go: ({ page }) => value(page) },
  { name: "es_201: a value is entered, found and shown in the list without JavaScript", script: false, go: ({ page }) => value(page) },
  {
    name: "es_201: a type shows the fields that it has a use for",
    async go({ page }) {
      await page.goto("/console/attributes/new");
      const shown = async () => {
        const names = ["choices", "pattern", "least", "multi", "unique"];
        const visible = await Promise.all(names.map((name) => page.locator(`[name=${name}]`).isVisible()));
        return names.filter((_, index) => visible[index]).join(" ");
      };
      assert.equal(await shown(), "pattern multi unique");
      await field(page, "Type").selectOption({ label: "Choice" });
      assert.equal(await shown(), "choices multi");
      await field(page, "Type").selectOption({ label: "Date" });
      assert.equal(await shown(), "least multi unique");
      await field(page, "Type").selectOption({ label: "Yes or no" });
      assert.equal(await shown(), "");
    },
  },
];

async function wholeLife(page) {
  await createAttribute(page);
  const { label } = await createAttribute(page);
  await press(page, page.getByRole("button", { name: `Move ${label} up` }));
  const order = await page.locator("tbody th a").allInnerTexts();
  assert.ok(order.indexOf(label) < order.length - 1, "it moved up");
  await page.getByRole("link", { name: label, exact: true }).click();
  await field(page, "Label").fill(`${label}, changed`);
  await press(page, page.getByRole("button", { name: "Save attribute" }));
  await page.getByRole("link", { name: `Delete ${label}, changed` }).click();
  await page.getByText("No user has a value.").waitFor();
  await page.locator("[name=confirmed]").check();
  await press(page, page.getByRole("button", { name: "Delete attribute" }));
  assert.equal(await page.getByRole("link", { name: `${label}, changed`, exact: true }).count(), 0);
}

/** Enters a choice for somebody, and finds them by it. */
async function value(page) {
  const { label, id } = await createAttribute(page, { fill: fillDepartment });
  const user = await createUser(page);
  await field(page, `${label} (optional)`).selectOption({ label: "Nursing" });
  await press(page, page.getByRole("button", { name: "Update user" }));
  await page.locator(".toast", { hasText: "User updated" }).waitFor();
  await until(async () => {
    await page.goto("/console/users?advanced=1");
    return (await page.locator(`[id="custom.${id}"]`).count()) === 1;
  }, "the attribute can be searched");
  await page.locator(`[id="custom.${id}"]`).selectOption({ label: "Nursing" });
  await page.locator(".advpanel").getByRole("button", { name: "Search" }).click();
  await page.getByText(`${label}: Nursing`).first().waitFor();
  assert.equal(await page.locator(".rowcheck").count(), 1);
  assert.match(await row(page, user.username).innerText(), /Nursing/);
  await page.goto("/console/attributes");
  await page.getByRole("link", { name: `Delete ${label}` }).click();
  await page.getByText("1 user with a value lose it.").waitFor();
  await page.locator("[name=confirmed]").check();
  await press(page, page.getByRole("button", { name: "Delete attribute" }));
}

let created = 0;

/** Adds an attribute through the form, and stays in the list; answers its label, its key and its identifier. */
export async function createAttribute(page, { label, fill = async () => {} } = {}) {
  created += 1;
  const key = `journey${Date.now().toString(36)}a${created}`;
  label ??= `Attribute ${key}`;
  await page.goto("/console/attributes/new");
  await field(page, "Label").fill(label);
  await field(page, "Key").fill(key);
  await fill(page);
  await press(page, page.getByRole("button", { name: "Add attribute" }));
  const refused = page.locator(".errsum");
  if (await refused.count()) throw new Error(`the form refused: ${await refused.innerText()}`);
  const href = await page.getByRole("link", { name: label, exact: true }).getAttribute("href");
  return { label, key, id: href.split("/").pop() };
}

/** A choice that users can have several of, and that they are found by. */
export async function fillDepartment(page) {
  await field(page, "Type").selectOption({ label: "Choice" });
  await page.locator("[name=choices]").fill("Computing | CMP\nLaw | LAW\nHistory | HIS\nNursing | NUR");
  await page.locator("[name=searchable]").check();
  await page.locator("[name=listed]").check();
}

/** An attribute for each way to enter values. */
export async function createOneOfEachKind(page) {
  const kind = (name, more = async () => {}) => async () => {
    await field(page, "Type").selectOption({ label: name });
    await field(page, "Help text (optional)").fill("Help for whoever enters it");
    await more();
  };
  const several = () => page.locator("[name=multi]").check();
  const choices = (count) => () => page.locator("[name=choices]").fill(Array.from({ length: count }, (_, n) => `Area ${n} | A${n}`).join("\n"));
  await createAttribute(page, { label: "Remarks", fill: kind("Long text") });
  await createAttribute(page, { label: "Languages", fill: kind("Text", several) });
  await createAttribute(page, { label: "Works remotely", fill: kind("Yes or no") });
  await createAttribute(page, { label: "Date of birth", fill: kind("Date") });
  await createAttribute(page, { label: "Home page", fill: kind("Web address") });
  await createAttribute(page, { label: "Areas", fill: kind("Choice", async () => { await several(); await choices(6)(); }) });
  await createAttribute(page, { label: "Building", fill: kind("Choice", choices(60)) });
}
