//! Inventing people: the same ones for the same seed, no two with one username.

use std::collections::HashSet;

use base::Random;
use identity::access::Role;
use identity::accounts::{NewAccount, NewPassword, Origin};
use identity::credentials::PasswordHash;

use super::names::{PEOPLES, Spelling};

/// Where everyone has a mailbox; nobody ever will (RFC 2606 §3).
pub(super) const DOMAIN: &str = "aldermoor.example";

/// An invented person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) username: String,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) mobile: String,
    pub(super) is_verified: bool,
    pub(super) made: Made,
}

/// What is special about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made {
    Ordinary,
    Disabled,
    WithoutPassword,
    Temporary,
    Administrator(Role),
    /// Registered, and has not opened the link.
    Unconfirmed,
    /// Registered and confirmed it.
    Unapproved,
}

impl Made {
    /// Whether they came by registering.
    pub(super) fn is_applicant(self) -> bool {
        matches!(self, Made::Unconfirmed | Made::Unapproved)
    }
}

/// Invents `count` people.
pub(super) fn make(seed: u64, count: usize) -> Vec<Person> {
    let chance = Random::seeded(seed);
    let mut taken: HashSet<String> = HashSet::new();
    (0..count).map(|index| person(&chance, &mut taken, index)).collect()
}

impl Person {
    /// The account to make.
    pub(super) fn account(&self, chance: &Random) -> NewAccount {
        let hash = || hash_of_nobody(chance);
        NewAccount {
            username: self.username.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            email: address(self),
            email_verified: self.is_verified,
            mobile: self.mobile.clone(),
            password: match self.made {
                Made::WithoutPassword => NewPassword::None,
                Made::Temporary => NewPassword::Temporary(hash()),
                Made::Ordinary | Made::Disabled | Made::Administrator(_) | Made::Unconfirmed | Made::Unapproved => {
                    NewPassword::Permanent(hash())
                }
            },
            origin: Origin::Demo,
            ..NewAccount::default()
        }
    }
}

/// Where they have a mailbox.
pub(super) fn address(person: &Person) -> String {
    format!("{}@{DOMAIN}", person.username)
}

/// A hash: nobody knows a password that fits it, nor could anyone find one.
pub(super) fn hash_of_nobody(chance: &Random) -> PasswordHash {
    PasswordHash::of_nobody(chance.bytes(), Random::System.bytes())
}

fn person(chance: &Random, taken: &mut HashSet<String>, index: usize) -> Person {
    let (first, last) = name(chance);
    Person {
        username: username(&first, &last, taken),
        first_name: first.shown.to_owned(),
        last_name: last.shown.to_owned(),
        mobile: if chance.below(3) == 0 { mobile(chance) } else { String::new() },
        is_verified: chance.below(10) < 8,
        made: made(chance, index),
    }
}

/// Both names come from one people, chosen by its share.
fn name(chance: &Random) -> (Spelling, Spelling) {
    let all: u64 = PEOPLES.iter().map(|people| people.share).sum();
    let mut drawn = chance.below(all);
    for people in PEOPLES {
        if drawn < people.share {
            return (pick(chance, people.first_names), pick(chance, people.last_names));
        }
        drawn -= people.share;
    }
    unreachable!("a number below the sum of all shares is within one of them")
}

fn pick(chance: &Random, names: &[(&'static str, &'static str)]) -> Spelling {
    let index = usize::try_from(chance.below(names.len() as u64)).unwrap_or(0);
    let (shown, latin) = names[index];
    Spelling { shown, latin: if latin.is_empty() { shown } else { latin } }
}

/// `first.last` in plain letters, with a number for the second of that name.
fn username(first: &Spelling, last: &Spelling, taken: &mut HashSet<String>) -> String {
    let plain = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
    };
    let name = format!("{}.{}", plain(first.latin), plain(last.latin));
    let mut candidate = name.clone();
    let mut number = 1_u64;
    while !taken.insert(candidate.clone()) {
        number += 1;
        candidate = format!("{name}{number}");
    }
    candidate
}

/// A number that Ofcom keeps for drama.
fn mobile(chance: &Random) -> String {
    format!("+447700900{:03}", chance.below(1_000))
}

fn made(chance: &Random, index: usize) -> Made {
    match index {
        3 | 40 => Made::Administrator(Role::UserAdministrator),
        11 => Made::Administrator(Role::SsoAdministrator),
        23 => Made::Administrator(Role::SystemAdministrator),
        8 | 27 | 46 => Made::Unconfirmed,
        5 | 19 | 33 | 51 => Made::Unapproved,
        _ => match chance.below(100) {
            0..8 => Made::Disabled,
            8..13 => Made::WithoutPassword,
            13..17 => Made::Temporary,
            _ => Made::Ordinary,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_invents_the_same_people_and_no_two_usernames_are_alike() {
        let people = make(1, 5_000);
        assert_eq!(people, make(1, 5_000));
        assert_ne!(people[..50], make(2, 50)[..]);
        let usernames: HashSet<&str> = people.iter().map(|person| person.username.as_str()).collect();
        assert_eq!(usernames.len(), people.len());
    }

    #[test]
    fn people_come_from_many_places_and_in_every_state() {
        let people = make(1, 1_000);
        let any = |wanted: &dyn Fn(&Person) -> bool| people.iter().any(wanted);
        assert!(any(&|person| person.first_name.contains('é')));
        assert!(any(&|person| person.last_name.chars().any(|letter| ('\u{4e00}'..'\u{9fff}').contains(&letter))));
        assert!(any(&|person| person.last_name.contains('\'')));
        for made in [Made::Disabled, Made::WithoutPassword, Made::Temporary, Made::Unconfirmed, Made::Unapproved] {
            assert!(any(&|person| person.made == made), "{made:?}");
        }
        assert!(people.iter().all(|person| person.username.len() > 4 && person.username.is_ascii()));
    }
}
