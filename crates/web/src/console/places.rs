//! The places of the console: what the menu at the side offers, and to whom.

use identity::access::{Permission, Roles, includes};

/// A place that the menu leads to.
pub(crate) struct Place {
    /// The group of the menu that it stands in.
    group: &'static str,
    pub(crate) name: &'static str,
    pub(crate) href: &'static str,
    pub(crate) icon: &'static str,
    /// The right without which there is nothing to see.
    permission: Permission,
}

/// Every place, in the order of the menu.
const PLACES: &[Place] = &[
    Place {
        group: "People",
        name: "Users",
        href: "/console/users",
        icon: "users",
        permission: Permission::ViewAccounts,
    },
    Place {
        group: "People",
        name: "Administrators",
        href: "/console/administrators",
        icon: "shield-check",
        permission: Permission::ViewAdministrators,
    },
];

/// A group of the menu, with the places in it that somebody may use.
pub(crate) struct Group {
    pub(crate) name: &'static str,
    pub(crate) places: Vec<&'static Place>,
}

/// What the menu offers to whoever holds `roles`. A group with nothing in it is left out.
pub(crate) fn menu(roles: Roles) -> Vec<Group> {
    let mut menu: Vec<Group> = Vec::new();
    for place in PLACES.iter().filter(|place| roles.iter().any(|role| includes(role, place.permission))) {
        match menu.last_mut().filter(|group| group.name == place.group) {
            Some(group) => group.places.push(place),
            None => menu.push(Group { name: place.group, places: vec![place] }),
        }
    }
    menu
}

#[cfg(test)]
mod tests {
    use identity::access::Role;

    use super::*;

    fn names(roles: Roles) -> Vec<&'static str> {
        menu(roles).iter().flat_map(|group| &group.places).map(|place| place.name).collect()
    }

    #[test]
    fn es_143_a_role_opens_its_menus_and_no_others() {
        assert_eq!(names(Roles::NONE), [""; 0]);
        assert_eq!(names(Roles::NONE.with(Role::UserAdministrator)), ["Users"]);
        assert_eq!(names(Roles::NONE.with(Role::SuperAdministrator)), ["Users", "Administrators"]);
        let others = Roles::NONE.with(Role::SsoAdministrator).with(Role::SystemAdministrator);
        assert_eq!(names(others), [""; 0]);
    }
}
