//! The menu at the side of the console: what it offers, and to whom.

use identity::access::{Permission, Roles, includes};

use super::registrations;

/// What leads to one page.
pub(crate) struct MenuItem {
    /// The group of the menu that it stands in.
    group: &'static str,
    pub(crate) name: &'static str,
    pub(crate) href: &'static str,
    pub(crate) icon: &'static str,
    /// The right without which there is nothing to see.
    pub(crate) permission: Permission,
}

/// The whole menu.
const ITEMS: &[MenuItem] = &[
    MenuItem {
        group: "People",
        name: "Users",
        href: "/console/users",
        icon: "users",
        permission: Permission::ViewAccounts,
    },
    MenuItem {
        group: "People",
        name: "Registrations",
        href: registrations::PATH,
        icon: "user-round-check",
        permission: Permission::DecideRegistration,
    },
    MenuItem {
        group: "People",
        name: "Groups",
        href: "/console/groups",
        icon: "shapes",
        permission: Permission::ManageGroups,
    },
    MenuItem {
        group: "People",
        name: "Imports",
        href: "/console/imports",
        icon: "file-up",
        permission: Permission::ImportAccounts,
    },
    MenuItem {
        group: "People",
        name: "Administrators",
        href: "/console/administrators",
        icon: "shield-check",
        permission: Permission::ViewAdministrators,
    },
    MenuItem {
        group: "Control panel",
        name: "Policies",
        href: "/console/policies",
        icon: "shield-check",
        permission: Permission::ManageSettings,
    },
    MenuItem {
        group: "Control panel",
        name: "User attributes",
        href: "/console/attributes",
        icon: "list-plus",
        permission: Permission::ViewAttributes,
    },
    MenuItem {
        group: "Control panel",
        name: "Message templates",
        href: "/console/templates",
        icon: "mail-open",
        permission: Permission::ManageTemplates,
    },
    MenuItem {
        group: "Control panel",
        name: "Outbox",
        href: "/console/outbox",
        icon: "send",
        permission: Permission::ViewOutbox,
    },
    MenuItem {
        group: "Control panel",
        name: "Mail server and SMS",
        href: "/console/sending",
        icon: "network",
        permission: Permission::ManageOutgoingMail,
    },
    MenuItem {
        group: "Control panel",
        name: "System settings",
        href: "/console/settings",
        icon: "settings",
        permission: Permission::ManageSettings,
    },
];

/// A group of the menu, with the items in it that somebody may use.
pub(crate) struct MenuGroup {
    pub(crate) name: &'static str,
    pub(crate) items: Vec<&'static MenuItem>,
}

/// What the menu offers to whoever holds `roles`. A group with nothing in it is left out.
pub(crate) fn menu_for(roles: Roles) -> Vec<MenuGroup> {
    let mut menu: Vec<MenuGroup> = Vec::new();
    for item in ITEMS.iter().filter(|item| roles.iter().any(|role| includes(role, item.permission))) {
        match menu.last_mut().filter(|group| group.name == item.group) {
            Some(group) => group.items.push(item),
            None => menu.push(MenuGroup { name: item.group, items: vec![item] }),
        }
    }
    menu
}

#[cfg(test)]
mod tests {
    use identity::access::Role;

    use super::*;

    fn names(roles: Roles) -> Vec<&'static str> {
        menu_for(roles).iter().flat_map(|group| &group.items).map(|item| item.name).collect()
    }

    #[test]
    fn es_143_a_role_opens_its_menus_and_no_others() {
        assert_eq!(names(Roles::NONE), [""; 0]);
        let of = |role| names(Roles::NONE.with(role));
        assert_eq!(of(Role::UserAdministrator), ["Users", "Registrations", "Groups", "Imports", "User attributes"]);
        let panel =
            ["Policies", "User attributes", "Message templates", "Outbox", "Mail server and SMS", "System settings"];
        let people = ["Users", "Registrations", "Groups", "Imports", "Administrators"];
        assert_eq!(of(Role::SuperAdministrator), [&people[..], &panel].concat());
        assert_eq!(of(Role::SystemAdministrator), panel);
        assert_eq!(of(Role::SsoAdministrator), [""; 0]);
    }
}
