//! What columns mean.

use identity::imports::{self, Choices, Field, Format, MatchBy, Mode, Outcome, Passwords, UsernameFrom};
use testkit::on_each_database;
use wire::csv::Delimiter;

use super::{account, both, file, import, obstacles};

#[test]
fn es_89_roles_and_identifiers_can_not_be_mapped() {
    assert_eq!(Field::from_code("roles"), None);
    assert_eq!(Field::from_code("id"), None);
    let import =
        import("username,is_admin,role,created_at\namy1,1,super_administrator,2020-01-01\n", Choices::default());
    let mapped: Vec<_> = import.columns().iter().filter_map(|column| column.field).collect();
    assert_eq!(mapped, [Field::Username]);
}

#[test]
fn es_88_what_is_needed_must_be_mapped() {
    assert_eq!(obstacles("Vorname,Nachname\nA,B\n", Choices::default()), ["NOT_MAPPED"]);
    let by_id = Choices { match_by: MatchBy::ExternalId, ..Choices::default() };
    assert_eq!(obstacles("username\namy1\n", by_id), ["NOT_MAPPED"]);
    let plain = Choices { passwords: Passwords::PlainPermanent, ..Choices::default() };
    assert_eq!(obstacles("username\namy1\n", plain), ["NOT_MAPPED"]);
    let unknown = Choices { columns: vec![("User".into(), Some(Field::Username))], ..Choices::default() };
    assert_eq!(obstacles("username\namy1\n", unknown), ["UNKNOWN_COLUMN"]);
}

#[test]
fn es_81_invitations_need_a_column_of_addresses() {
    let invite = Choices { passwords: Passwords::Invite, ..Choices::default() };
    import("username,email\namy1,amy1@example.com\n", invite.clone());
    assert_eq!(obstacles("username\namy1\n", invite), ["NOT_MAPPED"]);
}

#[test]
fn es_76_empty_files_and_workbooks_are_refused_with_a_reason() {
    for (text, code) in [("", "EMPTY"), ("username,email\n", "HEADER_ONLY"), ("PK\u{3}\u{4}rest", "NOT_TEXT")] {
        assert_eq!(obstacles(text, Choices::default()), [code]);
    }
}

#[test]
fn obstacles_can_be_shown_beside_the_mapping() {
    let (import, problems) = imports::propose(file("email,email\na@b.cd,c@d.ef\n"), Choices::default()).unwrap();
    assert_eq!(problems.len(), 1);
    assert_eq!(import.columns().len(), 2);
}

#[test]
fn es_79_what_is_detected_can_be_chosen() {
    let text = "username|email;x\namy1|amy1@example.com;y\n";
    let format = Format { delimiter: Some(Delimiter::Pipe), ..Format::default() };
    let import = import(text, Choices { format, ..Choices::default() });
    assert_eq!(import.columns()[1].name, "email;x");
}

on_each_database! {
    async fn es_88_usernames_are_made_by_a_pattern_and_each_once(world: World) {
        let pattern = |match_by| Choices {
            username_from: Some(UsernameFrom::Pattern),
            username_pattern: "{first_name}.{last_name}".into(),
            match_by,
            ..Choices::default()
        };
        let text = "first_name,last_name,email\n\
            Jane,Doe,jane1@example.com\n\
            Jané,Doe,jane2@example.com\n\
            Jörg,Groß,joerg@example.com\n\
            Jane,Doe,jane3@example.com\n";
        assert_eq!(obstacles(text, pattern(MatchBy::Username)), ["BAD_MATCH"]);
        let unknown = Choices { username_pattern: "{role}".into(), ..pattern(MatchBy::Email) };
        assert_eq!(obstacles(text, unknown), ["BAD_PATTERN"]);
        assert_eq!(obstacles("first_name,email\nJane,j@example.com\n", pattern(MatchBy::Email)), ["NOT_MAPPED"]);
        // Somebody else has the first two names already.
        for name in ["Jane.Doe", "Jane.Doe2"] {
            world.person(name, "Ng").await;
        }
        assert!(account(&world, "jane.doe2").await.is_some());
        let done = both(&world, text, pattern(MatchBy::Email)).await;
        assert_eq!(done.lines(), ["2 CREATED", "3 CREATED", "4 CREATED", "5 CREATED"]);
        let mut names: Vec<_> = done.rows.iter().map(|row| row.username.as_str()).collect();
        assert_eq!(names[2], "jorg.gross");
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 4, "{names:?}");
        for row in &done.rows {
            assert_eq!(account(&world, &row.username).await.unwrap().email.as_deref(), Some(row.email.as_str()));
        }
        let again = Choices { mode: Mode::CreateAndUpdate, ..pattern(MatchBy::Email) };
        let again = both(&world, text, again).await;
        assert!(again.rows.iter().all(|row| row.outcome == Outcome::Unchanged), "{:?}", again.lines());
    }

    async fn values_of_a_column_mean_what_was_chosen(world: World) {
        let values = |pairs: &[(&str, &str)]| pairs.iter().map(|(from, to)| ((*from).into(), (*to).into())).collect();
        let choices = Choices {
            translations: vec![("STATE".into(), values(&[("in service", "active"), ("Left", "inactive"), ("", "inactive")]))],
            columns: vec![("state".into(), Some(Field::Status))],
            ..Choices::default()
        };
        let text = "username,state\nzoe1,In Service\nzoe2, left \nzoe3,\nzoe4,somewhere\nzoe5,active\n";
        let done = both(&world, text, choices.clone()).await;
        assert_eq!(done.lines()[3], "5 FAILED BAD_VALUE");
        let mut enabled = Vec::new();
        for name in ["zoe1", "zoe2", "zoe3", "zoe5"] {
            enabled.push(account(&world, name).await.unwrap().state.enabled);
        }
        assert_eq!(enabled, [true, false, false, true]);
        let gone = Choices { translations: vec![("Status".into(), values(&[("a", "b")]))], ..Choices::default() };
        assert_eq!(obstacles(text, gone), ["UNKNOWN_COLUMN"]);
        let twice = Choices { translations: vec![("state".into(), values(&[("a", "b"), ("A", "c")]))], ..Choices::default() };
        assert_eq!(obstacles(text, twice), ["BAD_TRANSLATION"]);
        let secret = Choices { translations: vec![("password".into(), values(&[("a", "b")]))], ..Choices::default() };
        assert_eq!(obstacles("username,password\nzoe,a\n", secret), ["BAD_TRANSLATION"]);
    }

    async fn es_85_blanks_are_kept_when_that_is_chosen(world: World) {
        let text = "username,first_name\nzoe1, Zoë \n";
        let kept = both(&world, text, Choices { keep_blanks: true, ..Choices::default() }).await;
        assert_eq!(kept.rows[0].first_name, " Zoë ");
        assert_eq!(both(&world, "username,first_name\nzoe2, Zoë \n", Choices::default()).await.rows[0].first_name, "Zoë");
    }

    async fn es_88_usernames_are_made_from_addresses(world: World) {
        let choices = Choices { username_from: Some(UsernameFrom::EmailLocalPart), ..Choices::default() };
        both(&world, "E-Mail,Vorname,Nachname\nzoe@example.com,Zoë,Ng\n", choices).await;
        assert_eq!(account(&world, "zoe").await.unwrap().email.as_deref(), Some("zoe@example.com"));
    }

    async fn a_name_in_one_piece_is_split(world: World) {
        both(&world, "username;name\nzoe1;Ng, Zoë\nzoe2;Zoë Maria Ng\n", Choices::default()).await;
        for username in ["zoe1", "zoe2"] {
            let zoe = account(&world, username).await.unwrap();
            assert_eq!(zoe.last_name, "Ng");
            assert!(zoe.first_name.starts_with("Zoë"));
        }
    }

    async fn es_80_a_fixed_value_stands_in_for_a_column(world: World) {
        let constants = vec![(Field::Status, "disabled".into()), (Field::LastName, "Guest".into())];
        let done = both(&world, "username\nzoe1\n", Choices { constants, ..Choices::default() }).await;
        assert_eq!(done.lines(), ["2 CREATED"]);
        let zoe = account(&world, "zoe1").await.unwrap();
        assert_eq!((zoe.last_name.as_str(), zoe.state.enabled), ("Guest", false));
        let disabled = Choices { create_disabled: true, ..Choices::default() };
        both(&world, "username,status\nzoe2,\nzoe3,active\n", disabled).await;
        assert!(!account(&world, "zoe2").await.unwrap().state.enabled);
        assert!(account(&world, "zoe3").await.unwrap().state.enabled);
    }

    async fn es_85_blanks_around_cells_do_not_count(world: World) {
        both(&world, "username,email\n \u{a0}zoe1 , zoe1@example.com \n", Choices::default()).await;
        assert_eq!(account(&world, "zoe1").await.unwrap().email.as_deref(), Some("zoe1@example.com"));
    }

    async fn every_fault_of_a_row_is_told(world: World) {
        let text = "username,first_name,email,status,external_id\n\
                    a b,,nobody,perhaps,X'09af'\n\
                    amy,Amy,amy9@example.com,active,1\n\
                    new1,Ann,amy@example.com,active,2\n\
                    ,Ann,ann@example.com,active,3\n";
        let done = both(&world, text, Choices::default()).await;
        assert_eq!(done.lines(), [
            "2 FAILED BAD_VALUE BAD_VALUE REQUIRED_MISSING BAD_USERNAME BAD_EMAIL",
            "3 SKIPPED EXISTS",
            "4 FAILED EMAIL_TAKEN",
            "5 FAILED REQUIRED_MISSING",
        ]);
    }
}
