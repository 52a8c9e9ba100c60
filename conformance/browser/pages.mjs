// The pages that are looked at in every mode. To add one: a name for its screenshot, a path, and what is unusual.
//
//   path       text, or a function of `facts`: { user, waiting, unconfirmed } are identifiers: of somebody else,
//              of somebody whose registration waits for a decision, of somebody who has not confirmed it
//   status     what the server answers, if not 200
//   stranger   looked at by somebody who isn't signed in

export const PAGES = [
  { name: "sign-in", path: "/sign-in", stranger: true },
  { name: "users", path: "/console/users" },
  { name: "users-search", path: "/console/users?q=an" },
  { name: "users-disabled", path: "/console/users?status=disabled" },
  { name: "users-advanced", path: "/console/users?advanced=1" },
  { name: "users-no-match", path: "/console/users?q=zzzzzz" },
  { name: "user-new", path: "/console/users/new" },
  { name: "user", path: ({ user }) => `/console/users/${user}` },
  { name: "user-roles", path: ({ user }) => `/console/users/${user}/roles` },
  { name: "user-roles-unsaved", path: ({ user }) => `/console/users/${user}/roles?unsaved=1&role=sso_administrator` },
  { name: "user-activity", path: ({ user }) => `/console/users/${user}/activity` },
  { name: "user-danger", path: ({ user }) => `/console/users/${user}/danger` },
  { name: "user-delete", path: ({ user }) => `/console/users/${user}/delete` },
  { name: "user-pending", path: ({ waiting }) => `/console/users/${waiting}` },
  { name: "user-pending-edit", path: ({ waiting }) => `/console/users/${waiting}?edit=1` },
  { name: "user-pending-activity", path: ({ waiting }) => `/console/users/${waiting}/activity` },
  { name: "user-approve", path: ({ waiting }) => `/console/users/${waiting}/approve` },
  { name: "user-reject", path: ({ waiting }) => `/console/users/${waiting}/reject` },
  { name: "user-not-confirmed-yet", path: ({ unconfirmed }) => `/console/users/${unconfirmed}/approve`, status: 409 },
  { name: "user-unconfirmed", path: ({ unconfirmed }) => `/console/users/${unconfirmed}` },
  { name: "user-activate", path: ({ unconfirmed }) => `/console/users/${unconfirmed}/activate` },
  { name: "administrators", path: "/console/administrators" },
  { name: "administrators-unknown", path: "/console/administrators?username=nobody", status: 422 },
  { name: "administrator-grant", path: ({ user }) => `/console/administrators/${user}/grant` },
  { name: "not-found", path: "/console/nothing", status: 404 },
  { name: "kit", path: "/kit" },
];
