// The pages that an address leads to, looked at in every mode. To add one: a name for its screenshot, a path, and what
// is unusual. Pages that somebody must do something to see are in states.mjs.
//
//   path       text, or a function of `facts` (see people.mjs)
//   status     what the server answers, if not 200
//   person     who looks, if not the super administrator: a name in people.mjs, or "stranger"
//   server     which server, if not the one with invented people: "fresh" waits for set-up, "begun" was just set up

export const PAGES = [
  { name: "sign-in", path: "/sign-in", person: "stranger" },
  { name: "session-ended", path: "/sign-in?return=%2Fconsole%2Fusers", person: "ended" },
  { name: "signed-in", path: "/", person: "plain" },
  { name: "reauth", path: "/reauth" },
  { name: "set-password", path: "/set-password", person: "temporary" },
  { name: "setup", path: ({ setUp }) => setUp, person: "stranger", server: "fresh" },
  { name: "setup-used", path: "/setup/unknown", status: 404, person: "stranger" },
  { name: "users", path: "/console/users" },
  { name: "users-first-run", path: "/console/users", person: "first", server: "begun" },
  { name: "users-search", path: "/console/users?q=an" },
  { name: "users-disabled", path: "/console/users?status=disabled" },
  { name: "users-advanced", path: "/console/users?advanced=1" },
  { name: "users-no-match", path: "/console/users?q=zzyzx" },
  { name: "users-size-error", path: "/console/users?size=0", status: 422 },
  { name: "users-all-selected", path: "/console/users?status=enabled&select=all" },
  { name: "user-new", path: "/console/users/new" },
  { name: "user", path: ({ user }) => `/console/users/${user}` },
  { name: "user-own", path: ({ self }) => `/console/users/${self}` },
  { name: "user-disabled", path: ({ disabled }) => `/console/users/${disabled}` },
  { name: "user-temporary", path: ({ temporary }) => `/console/users/${temporary}` },
  { name: "user-no-password", path: ({ noPassword }) => `/console/users/${noPassword}` },
  { name: "user-protected", path: ({ self }) => `/console/users/${self}`, person: "userAdministrator" },
  { name: "user-activity", path: ({ self }) => `/console/users/${self}/activity` },
  { name: "user-activity-first", path: ({ user }) => `/console/users/${user}/activity?before=00000000-0000-7000-8000-000000000000` },
  { name: "user-danger", path: ({ user }) => `/console/users/${user}/danger` },
  { name: "user-danger-disable", path: ({ user }) => `/console/users/${user}/danger?open=disable` },
  { name: "user-danger-delete", path: ({ user }) => `/console/users/${user}/danger?open=delete` },
  { name: "user-danger-enable", path: ({ disabled }) => `/console/users/${disabled}/danger?open=enable` },
  { name: "user-danger-own", path: ({ self }) => `/console/users/${self}/danger` },
  { name: "user-danger-protected", path: ({ self }) => `/console/users/${self}/danger`, person: "userAdministrator" },
  { name: "user-delete", path: ({ user }) => `/console/users/${user}/delete` },
  { name: "not-found", path: "/console/nothing", status: 404 },
  { name: "not-found-stranger", path: "/nothing", status: 404, person: "stranger" },
  { name: "forbidden", path: "/console/users", status: 403, person: "plain" },
  { name: "defect", path: "/console/kit/defect", status: 500 },
  { name: "defect-stranger", path: "/console/kit/defect", status: 500, person: "stranger" },
  { name: "kit", path: "/kit" },
];
