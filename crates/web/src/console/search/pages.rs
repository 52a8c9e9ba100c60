//! Pages of the console, by their names and by what else people call them.

use base::text::fold;
use identity::access::{Permission, includes};

use super::{Found, Hit};
use crate::frame::Viewer;

/// A page that stands in no menu.
struct Page {
    name: &'static str,
    href: &'static str,
    icon: &'static str,
    /// The right without which there is nothing to see.
    permission: Permission,
}

const BESIDE_THE_MENU: &[Page] = &[
    Page { name: "Create group", href: "/console/groups/new", icon: "shapes", permission: Permission::ManageGroups },
    Page { name: "Create user", href: "/console/users/new", icon: "user-plus", permission: Permission::CreateAccount },
    Page {
        name: "Export users",
        href: "/console/users/export",
        icon: "download",
        permission: Permission::ExportAccounts,
    },
    Page {
        name: "Add attribute",
        href: "/console/attributes/new",
        icon: "plus",
        permission: Permission::ManageSettings,
    },
];

/// What else people call a page.
const OTHER_WORDS: &[(&str, &str)] = &[
    ("/console/users", "people persons accounts members list"),
    ("/console/registrations", "approve reject waiting pending queue applicants"),
    ("/console/users/new", "add new person account"),
    ("/console/users/export", "download file CSV JSON spreadsheet"),
    ("/console/policies", "password username registration lockout recovery sessions presets rules hardened"),
    ("/console/settings", "license limit page size words contact configuration"),
    ("/console/attributes", "custom fields template profile"),
    ("/console/administrators", "admins roles privileges rights"),
];

/// The pages that `viewer` may open and of whose words each word of `q` begins one.
pub(super) fn find(viewer: &Viewer, q: &str) -> Option<Found> {
    let may = |permission| viewer.held.iter().any(|role| includes(role, permission));
    let of_menu = viewer.menu().into_iter().flat_map(|group| group.items);
    let beside = BESIDE_THE_MENU.iter().filter(|page| may(page.permission));
    let pages = of_menu
        .map(|item| (item.name, item.href, item.icon))
        .chain(beside.map(|page| (page.name, page.href, page.icon)));
    let hits: Vec<_> = pages.filter(|(name, href, _)| matches(name, href, q)).map(hit).collect();
    (!hits.is_empty()).then_some(Found { heading: "Pages", hits, more: None })
}

fn hit((name, href, icon): (&str, &str, &'static str)) -> Hit {
    Hit { icon, name: name.to_owned(), detail: String::new(), href: href.to_owned() }
}

fn matches(name: &str, href: &str, q: &str) -> bool {
    let others = OTHER_WORDS.iter().filter(|(page, _)| *page == href).map(|(_, words)| *words);
    let words: Vec<String> = std::iter::once(name).chain(others).flat_map(str::split_whitespace).map(fold).collect();
    q.split_whitespace().map(fold).all(|wanted| words.iter().any(|word| word.starts_with(&wanted)))
}

#[cfg(test)]
mod tests {
    use identity::access::{Role, Roles};

    use super::*;
    use crate::routes::TABLE;

    fn found(role: Role, q: &str) -> Vec<String> {
        let viewer = Viewer {
            name: String::new(),
            username: String::new(),
            roles: String::new(),
            held: Roles::NONE.with(role),
            manages_users: false,
            registrations: 0,
        };
        find(&viewer, q).map(|found| found.hits.into_iter().map(|hit| hit.name).collect()).unwrap_or_default()
    }

    #[test]
    fn a_page_is_found_by_the_beginnings_of_its_words_and_of_others_for_it() {
        assert_eq!(found(Role::UserAdministrator, "user"), ["Users", "User attributes", "Create user", "Export users"]);
        assert_eq!(found(Role::UserAdministrator, "US cre"), ["Create user"]);
        assert_eq!(found(Role::UserAdministrator, "spread"), ["Export users"]);
        assert_eq!(found(Role::UserAdministrator, "sers"), [""; 0]);
    }

    #[test]
    fn es_143_pages_that_somebody_may_not_open_are_not_found() {
        assert_eq!(found(Role::SuperAdministrator, "admin"), ["Administrators"]);
        assert_eq!(found(Role::UserAdministrator, "admin"), [""; 0]);
        assert_eq!(found(Role::SsoAdministrator, "user"), [""; 0]);
    }

    #[test]
    fn words_lead_to_pages_that_there_are() {
        let pages = BESIDE_THE_MENU.iter().map(|page| page.href).chain(OTHER_WORDS.iter().map(|(href, _)| *href));
        for href in pages {
            assert!(TABLE.iter().any(|route| route.method == "GET" && route.path == href), "{href}");
        }
    }
}
