//! What an administrator's choices about a password come to: the table of create and set password.

use super::TypedPassword;

/// How an administrator gives an account a password.
#[derive(Clone, Debug)]
pub enum PasswordChoice {
    /// One that the administrator typed.
    Typed {
        /// The password.
        typed: TypedPassword,
        /// Whether it is mailed to the user.
        send: bool,
    },
    /// One made by chance: always temporary, always mailed, never shown.
    Random,
}

/// Where the choices were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// While the account is created.
    Create,
    /// For an account that there is.
    Set,
}

/// The choices themselves: three boxes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Boxes {
    pub(super) random: bool,
    pub(super) temporary: bool,
    pub(super) send: bool,
}

/// What they come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ruling {
    /// Whether the password must be changed at the next sign-in.
    pub(super) temporary: bool,
    /// Whether it must follow the rules. Only such a password is remembered, so that it isn't chosen again.
    pub(super) follows_rules: bool,
    /// What the user is told.
    pub(super) letter: Letter,
}

/// What the user is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Letter {
    /// Nothing.
    None,
    /// That the password was changed, without it (S4).
    Changed,
    /// How the account stands, without the password (M1).
    Summary,
    /// How the account stands, with the temporary password (M1).
    SummaryWithPassword,
    /// The password that was made by chance (M2).
    RandomPassword,
    /// The password that was typed (M3).
    TypedPassword,
}

/// What `boxes` come to. A typed password that is mailed becomes temporary when it is set, unless the organization
/// mails permanent ones (ES-133).
pub(super) fn ruling(form: Form, boxes: Boxes, mails_permanent: bool) -> Ruling {
    if boxes.random {
        let letter = match form {
            Form::Create => Letter::SummaryWithPassword,
            Form::Set => Letter::RandomPassword,
        };
        return Ruling { temporary: true, follows_rules: false, letter };
    }
    let temporary = boxes.temporary || (form == Form::Set && boxes.send && !mails_permanent);
    let letter = match (form, boxes.send) {
        (Form::Create, false) => Letter::None,
        (Form::Set, false) => Letter::Changed,
        (Form::Create, true) if temporary => Letter::SummaryWithPassword,
        (Form::Create, true) => Letter::Summary,
        (Form::Set, true) => Letter::TypedPassword,
    };
    Ruling { temporary, follows_rules: !temporary, letter }
}

impl PasswordChoice {
    /// The boxes that were ticked for it.
    pub(super) fn boxes(&self) -> Boxes {
        match self {
            PasswordChoice::Typed { typed, send } => Boxes { random: false, temporary: typed.temporary, send: *send },
            PasswordChoice::Random => Boxes { random: true, temporary: true, send: true },
        }
    }
}

impl Letter {
    /// Whether it holds the password.
    pub(super) fn holds_password(self) -> bool {
        matches!(self, Letter::SummaryWithPassword | Letter::RandomPassword | Letter::TypedPassword)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Random, temporary, send; creating or setting; mailing permanent ones; then temporary, rules, letter.
    type Row = (bool, bool, bool, Form, bool, bool, bool, Letter);

    #[test]
    fn es_57_to_es_63_and_es_129_to_es_134_the_truth_table_row_by_row() {
        use Form::{Create, Set};
        const N: bool = false;
        const Y: bool = true;
        let any = [N, Y];
        let mut table: Vec<Row> = Vec::new();
        for mails in any {
            table.extend([
                (N, N, N, Create, mails, N, Y, Letter::None),
                (N, N, N, Set, mails, N, Y, Letter::Changed),
                (N, N, Y, Create, mails, N, Y, Letter::Summary),
                (N, N, Y, Set, mails, !mails, mails, Letter::TypedPassword),
                (N, Y, N, Create, mails, Y, N, Letter::None),
                (N, Y, N, Set, mails, Y, N, Letter::Changed),
                (N, Y, Y, Create, mails, Y, N, Letter::SummaryWithPassword),
                (N, Y, Y, Set, mails, Y, N, Letter::TypedPassword),
            ]);
            for (temporary, send) in any.into_iter().flat_map(|temporary| any.map(|send| (temporary, send))) {
                table.push((Y, temporary, send, Create, mails, Y, N, Letter::SummaryWithPassword));
                table.push((Y, temporary, send, Set, mails, Y, N, Letter::RandomPassword));
            }
        }
        assert_eq!(table.len(), 32, "every combination");
        for (random, is_temporary, send, form, mails, temporary, follows_rules, letter) in table {
            let boxes = Boxes { random, temporary: is_temporary, send };
            let expected = Ruling { temporary, follows_rules, letter };
            assert_eq!(ruling(form, boxes, mails), expected, "{form:?} {boxes:?} {mails}");
        }
    }

    #[test]
    fn a_password_that_stays_is_mailed_only_where_the_organization_wants_it() {
        for form in [Form::Create, Form::Set] {
            for (temporary, send) in [(false, false), (false, true), (true, false), (true, true)] {
                for random in [false, true] {
                    let ruling = ruling(form, Boxes { random, temporary, send }, false);
                    assert!(ruling.temporary || !ruling.letter.holds_password(), "{form:?} {temporary} {send}");
                }
            }
        }
    }
}
