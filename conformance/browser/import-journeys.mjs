// What people do with the import wizard. As in journeys.mjs.
import assert from "node:assert/strict";

import { press, row, until } from "./hands.mjs";

let uploads = 0;

/** A file with some people, one of whom has no address. */
function people(name) {
  uploads += 1;
  const stem = `${name}${Date.now().toString(36)}${uploads}`;
  const names = [1, 2, 3].map((n) => `${stem}n${n}`);
  const lines = names.map((who, i) => `${who},Ada,Import${i + 1},${who}${i === 2 ? "" : "@example.org"},B${i + 1}`);
  return { text: `username,first_name,last_name,email,room\n${lines.join("\n")}\n`, names };
}

/** Goes from the upload to the review; answers the address of the import. */
export async function reviewedImport(page, name, { text } = people(name)) {
  await page.goto("/console/imports/new");
  await page.getByLabel("CSV file", { exact: true }).setInputFiles({ name: `${name}.csv`, mimeType: "text/csv", buffer: Buffer.from(text) });
  await press(page, page.getByRole("button", { name: "Upload and continue" }));
  for (const button of ["Continue", "Continue", "Check the file"]) {
    await press(page, page.getByRole("button", { name: button, exact: true }));
    const refused = page.locator(".errsum");
    if (await refused.count()) throw new Error(`the form refused: ${await refused.innerText()}`);
  }
  const { pathname } = new URL(page.url());
  assert.match(pathname, /\/5$/);
  return pathname.slice(0, -2);
}

/** Starts a reviewed import and waits for its end; answers its address. */
export async function startImport(page, place) {
  await page.goto(`${place}/5`);
  await page.getByRole("checkbox", { name: /^Import the/ }).check();
  await press(page, page.getByRole("button", { name: "Start import" }));
  await until(async () => {
    await page.goto(`${place}/6`);
    return (await page.locator("h1").innerText()) === "Import finished";
  }, "the end of the import");
  return place;
}

/** Undoes an import, and waits for the end; answers its address. */
export async function undoImport(page, place) {
  await page.goto(`${place}/6`);
  await page.getByRole("link", { name: "Undo this import" }).click();
  await page.getByRole("checkbox", { name: /^I understand/ }).check();
  await press(page, page.getByRole("button", { name: "Undo import" }));
  await until(async () => {
    await page.goto(`${place}/undo`);
    return (await page.locator("h1").innerText()) === "Import undone";
  }, "the end of the undo");
  return place;
}

async function importPeople(page) {
  const { text, names } = people("journey");
  const place = await reviewedImport(page, "journey", { text });
  assert.equal(await page.locator(".figures .is-ok dd").innerText(), "2");
  await startImport(page, place);
  await page.goto(`/console/users?q=${names[0]}`);
  await row(page, names[0]).waitFor();
  return place;
}

export const IMPORT_JOURNEYS = [
  {
    name: "people are imported by the wizard",
    go: async ({ page }) => void (await importPeople(page)),
  },
  {
    name: "people are imported by the wizard, without scripts",
    script: false,
    go: async ({ page }) => void (await importPeople(page)),
  },
  ...[true, false].map((script) => ({
    name: `an import is undone${script ? "" : ", without scripts"}`,
    script,
    go: async ({ page }) => {
      const { text, names } = people("undo");
      const place = await startImport(page, await reviewedImport(page, "undo", { text }));
      await undoImport(page, place);
      assert.match(await page.locator("main").innerText(), /2 users undone/);
      await page.goto(`/console/users?q=${names[0]}`);
      assert.equal(await row(page, names[0]).count(), 0);
    },
  })),
  {
    name: "the preview follows the options, and the progress leads to the result by itself",
    async go({ page }) {
      const place = await reviewedImport(page, "preview");
      await page.goto(`${place}/2`);
      await page.getByLabel("Field separator", { exact: true }).selectOption("semicolon");
      await until(async () => (await page.locator("#preview thead th").count()) === 2, "a preview of one column");
      await page.goto(`${place}/5`);
      await page.getByRole("checkbox", { name: /^Import the/ }).check();
      await press(page, page.getByRole("button", { name: "Start import" }));
      await page.getByRole("heading", { name: "Import finished" }).waitFor({ timeout: 15_000 });
    },
  },
];
