//! What column names of other programs mean (ES-87).

use super::Field;

/// Names of columns, without signs and blanks, for each field; where several stand in one file, the first is taken.
const NAMES: &[(Field, &[&str])] = &[
    (
        Field::Username,
        &[
            "username",
            "samaccountname",
            "login",
            "loginname",
            "logonname",
            "accountname",
            "uid",
            "loginid",
            "user",
            "benutzername",
            "anmeldename",
            "nomdutilisateur",
            "identifiant",
            "nombredeusuario",
            "usuario",
            "nomeutente",
            "nomedeusuario",
            "userprincipalname",
            "upn",
        ],
    ),
    (
        Field::FirstName,
        &[
            "firstname",
            "givenname",
            "legalfirstname",
            "forename",
            "first",
            "vorname",
            "prénom",
            "prenom",
            "nombre",
            "primernombre",
            "nome",
            "primeironome",
        ],
    ),
    (
        Field::LastName,
        &[
            "lastname",
            "familyname",
            "surname",
            "sn",
            "legallastname",
            "last",
            "nachname",
            "familienname",
            "nom",
            "nomdefamille",
            "apellidos",
            "apellido",
            "cognome",
            "sobrenome",
        ],
    ),
    (
        Field::FullName,
        &[
            "displayname",
            "fullname",
            "name",
            "cn",
            "commonname",
            "employeename",
            "anzeigename",
            "nomcomplet",
            "nombrecompleto",
        ],
    ),
    (
        Field::Email,
        &[
            "email",
            "mail",
            "emailaddress",
            "mailaddress",
            "primaryemail",
            "workemail",
            "workcontactworkemail",
            "emailwork",
            "businessemail",
            "useremail",
            "emailadresse",
            "mailadresse",
            "courriel",
            "adresseemail",
            "adressemail",
            "correo",
            "correoelectrónico",
            "correoelectronico",
        ],
    ),
    (
        Field::EmailFallback,
        &[
            "personalcontactpersonalemail",
            "personalemail",
            "privateemail",
            "emailpersonal",
            "homeemail",
            "privateemailadresse",
        ],
    ),
    (
        Field::Mobile,
        &[
            "mobile",
            "mobilephone",
            "mobilenumber",
            "mobilephonenumber",
            "cellphone",
            "cell",
            "cellnumber",
            "handy",
            "handynummer",
            "mobiltelefon",
            "mobilnummer",
            "telefonmobil",
            "portable",
            "téléphoneportable",
            "móvil",
        ],
    ),
    (
        Field::ExternalId,
        &[
            "externalid",
            "id",
            "userid",
            "objectid",
            "associateid",
            "workdayid",
            "employeeid",
            "employeenumber",
            "employeeno",
            "personnelnumber",
            "staffid",
            "personalnummer",
            "mitarbeiternummer",
            "matricule",
        ],
    ),
    (
        Field::Status,
        &[
            "status",
            "accountstatus",
            "userstatus",
            "accountenabled",
            "enabled",
            "isenabled",
            "active",
            "isactive",
            "positionstatus",
            "employmentstatus",
            "employeestatus",
            "aktiv",
            "kontostatus",
            "statut",
            "estado",
        ],
    ),
    (
        Field::Blocked,
        &[
            "blocked",
            "isblocked",
            "blocksignin",
            "disabled",
            "isdisabled",
            "suspended",
            "deactivated",
            "inactive",
            "gesperrt",
        ],
    ),
    (Field::AccountControl, &["useraccountcontrol"]),
    (Field::EmailVerified, &["emailverified", "isemailverified", "emailconfirmed"]),
    (
        Field::Password,
        &[
            "password",
            "initialpassword",
            "temporarypassword",
            "cleartextpassword",
            "passwort",
            "kennwort",
            "motdepasse",
            "contraseña",
        ],
    ),
    (
        Field::PasswordHash,
        &["passwordhash", "hashedpassword", "encryptedpassword", "passworddigest", "userpassword", "pwdhash"],
    ),
    (Field::Groups, &["groups", "memberof", "group", "groupnames", "gruppen", "groupes"]),
];

/// What a column of this name means, and its place among the names for it: the smaller the likelier.
pub(super) fn meaning(column: &str) -> Option<(Field, usize)> {
    let wanted = plain(column);
    NAMES.iter().find_map(|(field, names)| {
        let rank = names.iter().position(|name| *name == wanted)?;
        Some((*field, rank))
    })
}

/// Letters and digits in lower case, without what stands in brackets at the end: `E-Mail [Required]` is `email`.
pub(super) fn plain(column: &str) -> String {
    let name = column.trim();
    let name = match name.split_once(['[', '(']) {
        Some((before, _)) if !before.trim().is_empty() => before,
        _ => name,
    };
    base::text::fold(name).chars().filter(|sign| sign.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_name_means_two_things() {
        let names: Vec<&str> = NAMES.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        assert_eq!(names.len(), names.iter().collect::<HashSet<_>>().len());
        assert!(names.iter().all(|name| plain(name) == *name));
    }

    #[test]
    fn es_87_column_names_of_other_programs_are_known() {
        for (column, field) in [
            ("sn", Field::LastName),
            ("givenName", Field::FirstName),
            ("sAMAccountName", Field::Username),
            ("First Name [Required]", Field::FirstName),
            ("Work Contact: Work Email", Field::Email),
            ("E-Mail", Field::Email),
            ("Personalnummer", Field::ExternalId),
            ("user_name", Field::Username),
            ("Prénom", Field::FirstName),
            ("userAccountControl", Field::AccountControl),
            ("Status [READ ONLY]", Field::Status),
        ] {
            assert_eq!(meaning(column).map(|(field, _)| field), Some(field), "{column}");
        }
    }

    #[test]
    fn es_89_roles_and_times_mean_nothing() {
        for column in ["is_admin", "role", "roles", "created_at", "Administrator", "DN", "objectGUID", "secondEmail"] {
            assert_eq!(meaning(column), None, "{column}");
        }
    }
}
