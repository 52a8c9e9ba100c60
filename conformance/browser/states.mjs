// Pages that somebody must do something to see, looked at in every mode: forms with mistakes, selections, dialogs. To
// add one: a name for its screenshot, what is done, and what is unusual.
//
//   go         brings the page there; answers the response that made it, or nothing when the page only changed
//   status     what the server answers to it, if not 200
//   person, server   as in pages.mjs
//   changes    whether it changes a user: then `facts.own` is one that nobody else touches
//
// `go` gets the page and `facts`.
import { field, press, pressPlainly, signIn, withoutOwnChecks } from "./hands.mjs";

const SHORT = "abc";

export const STATES = [
  {
    name: "sign-in-error",
    person: "stranger",
    async go(page) {
      await page.goto("/sign-in");
      return signIn(page, "nobody.at.all", "not the password");
    },
  },
  {
    name: "recover-username-sent",
    person: "stranger",
    async go(page) {
      await page.goto("/recover-username");
      await field(page, "Email address").fill("tolu.adeyemi@aldermoor.example");
      return press(page, page.getByRole("button", { name: "Send my username" }));
    },
  },
  {
    name: "recover-username-error",
    person: "stranger",
    status: 422,
    async go(page) {
      await page.goto("/recover-username");
      await field(page, "Email address").fill("tolu.adeyemi");
      return press(page, page.getByRole("button", { name: "Send my username" }));
    },
  },
  {
    name: "change-password-sent",
    person: "stranger",
    async go(page) {
      await page.goto("/change-password");
      await field(page, "Username or email").fill("tadeyemi1");
      return press(page, page.getByRole("button", { name: "Send the link" }));
    },
  },
  {
    name: "change-password-error",
    person: "stranger",
    status: 422,
    async go(page) {
      await page.goto("/change-password");
      return press(page, page.getByRole("button", { name: "Send the link" }));
    },
  },
  {
    name: "invitation-error",
    person: "stranger",
    status: 422,
    async go(page, { invitation }) {
      await page.goto(invitation);
      await field(page, "Password").fill(SHORT);
      return press(page, page.getByRole("button", { name: "Set password" }));
    },
  },
  {
    name: "password-code-error",
    person: "stranger",
    status: 422,
    async go(page) {
      await page.goto("/password-code");
      await field(page, "Username or email").fill("nobody.at.all");
      await field(page, "Code").fill("123456");
      return press(page, page.getByRole("button", { name: "Set password" }));
    },
  },
  {
    name: "registrations-reject-dialog",
    async go(page) {
      await page.goto("/console/registrations");
      await page.locator(".rowcheck").first().check();
      await page.locator(".bulk [value=reject]").click();
      await page.getByRole("dialog", { name: /^Reject 1 registration/ }).waitFor();
    },
  },
  {
    name: "sign-in-throttled",
    person: "stranger",
    async go(page, { blocked }) {
      await page.goto("/sign-in");
      return signIn(page, blocked, "not the password");
    },
  },
  {
    name: "user-danger-lock-error",
    status: 422,
    async go(page, { user }) {
      await page.goto(`/console/users/${user}/danger?open=lock`);
      await withoutOwnChecks(page);
      return press(page, page.getByRole("button", { name: "Lock user", exact: true }));
    },
  },
  {
    name: "users-lock",
    async go(page) {
      await page.goto("/console/users");
      await page.locator(".rowcheck").nth(1).check();
      await page.locator(".bulk").getByRole("button", { name: "Lock…" }).click();
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "outbox-message",
    async go(page) {
      await page.goto("/console/outbox?template=confirm_registration");
      await page.locator("tbody th a").first().click();
      await page.locator("iframe.preview").waitFor();
    },
  },
  {
    name: "outbox-message-revealed",
    async go(page) {
      await page.goto("/console/outbox?template=confirm_registration");
      await page.locator("tbody th a").first().click();
      return press(page, page.getByRole("button", { name: "Show links and secrets" }));
    },
  },
  {
    name: "outbox-selected",
    async go(page) {
      await page.goto("/console/outbox");
      for (const place of [1, 3]) await page.locator(".rowcheck").nth(place).check();
      await page.locator(".bulk").waitFor();
    },
  },
  {
    name: "template-error",
    status: 422,
    async go(page) {
      await page.goto("/console/templates/invitation");
      await field(page, "Subject").fill("Dear {{ nobody }}");
      return press(page, page.getByRole("button", { name: "Save template" }));
    },
  },
  {
    name: "sending-error",
    status: 422,
    async go(page) {
      await page.goto("/console/sending");
      await field(page, "Host").fill("mail server");
      await field(page, "From address").fill("nobody");
      return press(page, page.getByRole("button", { name: "Save mail server" }));
    },
  },
  {
    name: "sign-in-disabled",
    person: "stranger",
    async go(page, { shut }) {
      await page.goto("/sign-in");
      return signIn(page, shut.username, shut.password);
    },
  },
  ...["keptOut", "toReset"].map((who) => ({
    name: { keptOut: "sign-in-kept-out", toReset: "sign-in-reset-required" }[who],
    person: "stranger",
    async go(page, facts) {
      await page.goto("/sign-in");
      return signIn(page, facts[who].username, facts[who].password);
    },
  })),
  {
    name: "sign-in-unverified",
    person: "stranger",
    server: "strict",
    async go(page, { byMail }) {
      await page.goto("/sign-in");
      return signIn(page, byMail.username, byMail.password);
    },
  },
  {
    name: "sent-again",
    person: "stranger",
    server: "strict",
    async go(page, { byMail }) {
      await page.goto("/sign-in");
      await signIn(page, byMail.username, byMail.password);
      return press(page, page.getByRole("button", { name: "Send it again" }));
    },
  },
  {
    name: "sign-in-mobile-unverified",
    person: "stranger",
    server: "strict",
    async go(page, { byText }) {
      await page.goto("/sign-in");
      return signIn(page, byText.username, byText.password);
    },
  },
  {
    name: "signed-out",
    person: "stranger",
    async go(page, { plain }) {
      await page.goto("/sign-in");
      await signIn(page, plain.username, plain.password);
      await press(page, page.getByRole("button", { name: "Sign out" }));
    },
  },
  {
    name: "reauth-error",
    status: 422,
    async go(page) {
      await page.goto("/reauth?return=%2Fconsole%2Fusers");
      await page.getByLabel(/^Password for/).fill("not the password");
      return press(page, page.getByRole("button", { name: "Confirm" }));
    },
  },
  {
    name: "attribute-new-error",
    status: 422,
    async go(page) {
      await page.goto("/console/attributes/new");
      await field(page, "Key").fill("Not a key");
      await page.locator("[name=pattern]").fill("(");
      return press(page, page.getByRole("button", { name: "Add attribute" }));
    },
  },
  {
    name: "attribute-question",
    async go(page, { attribute }) {
      await page.goto(`/console/attributes/${attribute}`);
      await page.locator("[name=required]").check();
      return press(page, page.getByRole("button", { name: "Save attribute" }));
    },
  },
  {
    name: "set-password-error",
    person: "temporary",
    status: 422,
    async go(page) {
      await page.goto("/set-password");
      await field(page, "New password").fill(SHORT);
      await field(page, "Repeat new password").fill("abd");
      return press(page, page.getByRole("button", { name: "Save and continue" }));
    },
  },
  {
    name: "setup-error",
    person: "stranger",
    server: "fresh",
    status: 422,
    async go(page, { setUp }) {
      await page.goto(setUp);
      await field(page, "First name").fill("Harriet");
      await field(page, "Username").fill("h a");
      await field(page, "Email").fill("harriet.example.org");
      await field(page, "Password").fill(SHORT);
      await field(page, "Repeat password").fill("abd");
      return press(page, page.getByRole("button", { name: "Create account" }));
    },
  },
  {
    name: "user-new-error",
    status: 422,
    async go(page, { taken }) {
      await page.goto("/console/users/new");
      await field(page, "First name").fill("Joost");
      await field(page, "Username").fill(taken);
      await field(page, "Email").fill("joost.example.org");
      await page.getByRole("radio", { name: /^Set a password now/ }).check();
      await field(page, "Password").fill(SHORT);
      await field(page, "Repeat password").fill("abd");
      await page.getByRole("checkbox", { name: "Temporary password" }).uncheck();
      await withoutOwnChecks(page);
      return press(page, page.getByRole("button", { name: "Create user", exact: true }));
    },
  },
  {
    name: "user-new-invite-error",
    status: 422,
    async go(page) {
      await page.goto("/console/users/new");
      await page.getByRole("radio", { name: /^Invite the user/ }).check();
      await withoutOwnChecks(page);
      return press(page, page.getByRole("button", { name: "Create user", exact: true }));
    },
  },
  {
    name: "user-edit-error",
    status: 422,
    async go(page, { user, taken }) {
      await page.goto(`/console/users/${user}`);
      await field(page, "Last name").fill("");
      await field(page, "Username").fill(taken);
      await field(page, "Email").fill("joost.example.org");
      return press(page, page.getByRole("button", { name: "Update user" }));
    },
  },
  {
    name: "user-conflict",
    changes: true,
    status: 409,
    async go(page, { own }) {
      await page.goto(`/console/users/${own}`);
      const colleague = await page.context().newPage();
      await colleague.goto(`/console/users/${own}`);
      await field(colleague, "Last name").fill(`Archer-${Date.now().toString(36)}`);
      await press(colleague, colleague.getByRole("button", { name: "Update user" }));
      await colleague.close();
      await field(page, "Last name").fill("Abbott");
      return press(page, page.getByRole("button", { name: "Update user" }));
    },
  },
  {
    name: "user-saved",
    changes: true,
    async go(page, { own }) {
      await page.goto(`/console/users/${own}`);
      await field(page, "First name").fill("Renamed");
      await press(page, page.getByRole("button", { name: "Update user" }));
      await page.locator(".toast").waitFor();
    },
  },
  {
    name: "user-danger-error",
    status: 422,
    async go(page, { user }) {
      await page.goto(`/console/users/${user}/danger?open=disable`);
      await field(page, "Note (optional)").fill("left the university");
      return press(page, page.getByRole("button", { name: "Disable user" }));
    },
  },
  {
    name: "user-delete-error",
    status: 422,
    async go(page, { user }) {
      await page.goto(`/console/users/${user}/delete`);
      await field(page, "Type the username to confirm").fill("somebody else");
      return press(page, page.locator("main").getByRole("button", { name: "Delete user" }));
    },
  },
  {
    name: "user-delete-dialog",
    async go(page, { user }) {
      await page.goto(`/console/users/${user}`);
      await page.getByRole("button", { name: "More actions" }).click();
      await page.locator("#morem").getByText("Delete…").click();
      await page.locator("dialog[open]").waitFor();
    },
  },
  {
    name: "users-menu",
    async go(page) {
      await page.goto("/console/users");
      await page.locator("tbody .act button").first().click();
      await page.locator(".menu:popover-open").waitFor();
    },
  },
  {
    name: "users-selected",
    async go(page) {
      await selectPage(page);
      await page.locator(".allbar--offer").waitFor();
    },
  },
  {
    name: "users-some-selected",
    async go(page) {
      await page.goto("/console/users");
      for (const place of [1, 3]) await page.locator(".rowcheck").nth(place).check();
      await page.locator(".bulk").waitFor();
    },
  },
  {
    name: "users-bulk-delete-dialog",
    async go(page) {
      await selectPage(page);
      const answer = await press(page, page.locator(".bulk [value=delete]"));
      await page.locator("dialog[open]").waitFor();
      return answer;
    },
  },
  {
    name: "users-bulk-delete",
    async go(page) {
      await selectPage(page);
      return pressPlainly(page, page.locator(".bulk [value=delete]"));
    },
  },
  {
    name: "users-bulk-delete-error",
    status: 422,
    async go(page) {
      await selectPage(page);
      await pressPlainly(page, page.locator(".bulk [value=delete]"));
      return press(page, page.getByRole("button", { name: /^Delete \d/ }));
    },
  },
  {
    name: "users-bulk-group-dialog",
    async go(page) {
      await selectPage(page);
      const answer = await press(page, page.locator(".bulk [value=group]"));
      await page.locator("dialog[open]").waitFor();
      return answer;
    },
  },
  {
    name: "users-bulk-group",
    async go(page) {
      await selectPage(page);
      return pressPlainly(page, page.locator(".bulk [value=group]"));
    },
  },
  {
    name: "users-bulk-group-error",
    status: 422,
    async go(page) {
      await selectPage(page);
      await pressPlainly(page, page.locator(".bulk [value=group]"));
      return press(page, page.getByRole("button", { name: "Add group memberships" }));
    },
  },
  {
    name: "user-groups-add-dialog",
    async go(page, { user }) {
      await page.goto(`/console/users/${user}/groups`);
      await page.locator("main .btn--primary").click();
      await page.locator("dialog[open]").waitFor();
    },
  },
  {
    name: "group-some-selected",
    async go(page, { group }) {
      await page.goto(`/console/groups/${group}`);
      for (const place of [1, 3]) await page.locator(".rowcheck").nth(place).check();
      await page.locator(".bulk").waitFor();
    },
  },
  {
    name: "group-remove-dialog",
    async go(page, { group }) {
      await page.goto(`/console/groups/${group}?select=all`);
      const answer = await press(page, page.locator(".bulk [value=remove]"));
      await page.locator("dialog[open]").waitFor();
      return answer;
    },
  },
  {
    name: "group-remove",
    async go(page, { group }) {
      await page.goto(`/console/groups/${group}?select=all`);
      return pressPlainly(page, page.locator(".bulk [value=remove]"));
    },
  },
  {
    name: "users-export-dialog",
    async go(page) {
      await selectPage(page);
      const answer = await press(page, page.locator(".bulk [value=export]"));
      await page.locator("dialog[open]").waitFor();
      return answer;
    },
  },
  {
    name: "users-export-error",
    status: 422,
    async go(page) {
      await page.goto("/console/users/export");
      for (const box of await page.locator("[name=column]").all()) await box.uncheck();
      return press(page, page.getByRole("button", { name: "Export users" }));
    },
  },
  {
    name: "users-bulk-confirm",
    async go(page) {
      await page.goto("/console/users?status=enabled&select=all");
      return press(page, page.locator(".bulk [value=disable]"));
    },
  },
  {
    name: "users-bulk-skipped",
    changes: true,
    async go(page, { own, self }) {
      await page.goto("/console/users?size=500");
      for (const id of [own, self]) await page.locator(`.rowcheck[value="${id}"]`).check();
      return press(page, page.locator(".bulk [value=disable]"));
    },
  },
  {
    name: "users-bulk-done",
    changes: true,
    async go(page, { own }) {
      await page.goto("/console/users?size=500");
      await page.locator(`.rowcheck[value="${own}"]`).check();
      await press(page, page.locator(".bulk [value=disable]"));
      await page.locator(".toast").waitFor();
    },
  },
];

/** Ticks the first page of the list, administrators among it. */
async function selectPage(page) {
  await page.goto("/console/users");
  for (const box of await page.locator(".rowcheck").all()) await box.check();
}
