//! Values held against definitions, without a database.

use proptest::prelude::*;

use super::{Access, Attribute, Attributes, Choice, Definition, Entrant, Kind, Values, attribute_for_tests};

fn attribute(key: &str, definition: Definition) -> Attribute {
    attribute_for_tests(key, Definition { label: key.to_uppercase(), ..definition })
}

fn of_kind(kind: Kind) -> Definition {
    Definition { kind, choices: Choice::from_lines("Computing | CMP\nLaw"), ..Definition::default() }
}

fn one(definition: &Definition, text: &str) -> Result<Vec<String>, String> {
    let attributes = Attributes::new(vec![attribute("it", definition.clone())]);
    let entered: Values = [("it", vec![text])].into_iter().collect();
    match attributes.read(&entered, Entrant::Administrator) {
        Ok(read) => Ok(read.get("it").to_vec()),
        Err(problems) => {
            assert_eq!((problems.len(), problems[0].field.as_str()), (1, "custom.it"));
            Err(problems[0].code.clone())
        }
    }
}

#[test]
fn es_201_values_of_each_kind_have_one_form() {
    for (kind, typed, kept) in [
        (Kind::Text, "  Cafe\u{301} ", "Café"),
        (Kind::LongText, "one\r\ntwo\tthree", "one\ntwo\tthree"),
        (Kind::Number, "+007.50", "7.5"),
        (Kind::Boolean, "Yes", "true"),
        (Kind::Boolean, "0", "false"),
        (Kind::Date, "2024-02-29", "2024-02-29"),
        (Kind::Phone, "+44 (20) 7946-0000", "+442079460000"),
        (Kind::Phone, "0044 20 7946 0000", "+442079460000"),
        (Kind::Email, " Jörg@Exämple.de", "Jörg@Exämple.de"),
        (Kind::Url, "HTTPS://Example.com", "https://example.com/"),
        (Kind::Choice, "CMP", "CMP"),
        (Kind::Choice, "computing", "CMP"),
    ] {
        assert_eq!(one(&of_kind(kind), typed).as_deref(), Ok([kept.to_owned()].as_slice()), "{kind:?} {typed:?}");
        assert_eq!(one(&of_kind(kind), " \t").as_deref(), Ok([].as_slice()), "a blank one is none");
    }
}

#[test]
fn es_201_values_that_are_not_of_their_kind_are_refused() {
    for (kind, typed, code) in [
        (Kind::Text, "a\nb", "BAD_VALUE"),
        (Kind::Text, "a\u{202e}b", "BAD_VALUE"),
        (Kind::Text, &"x".repeat(501), "TOO_LONG"),
        (Kind::LongText, "a\0b", "BAD_VALUE"),
        (Kind::LongText, &"x".repeat(4_001), "TOO_LONG"),
        (Kind::Number, "1e9", "BAD_NUMBER"),
        (Kind::Boolean, "perhaps", "BAD_BOOLEAN"),
        (Kind::Date, "2023-02-29", "BAD_DATE"),
        (Kind::Date, "1/2/2023", "BAD_DATE"),
        (Kind::Date, "2023-02-01T00:00", "BAD_DATE"),
        (Kind::Phone, "020 7946 0000", "BAD_PHONE"),
        (Kind::Phone, "+1234567890123456", "BAD_PHONE"),
        (Kind::Phone, "+44 call me", "BAD_PHONE"),
        (Kind::Email, "nobody", "BAD_EMAIL"),
        (Kind::Url, "javascript:alert(1)", "BAD_URL"),
        (Kind::Url, "https://user:secret@example.com", "BAD_URL"),
        (Kind::Url, "example.com", "BAD_URL"),
        (Kind::Choice, "Nursing", "BAD_CHOICE"),
    ] {
        assert_eq!(one(&of_kind(kind), typed), Err(code.to_owned()), "{kind:?} {typed:?}");
    }
}

#[test]
fn es_201_lengths_ranges_and_patterns_hold() {
    let text = Definition { min_length: Some(2), max_length: Some(4), pattern: "[A-Z]+".into(), ..of_kind(Kind::Text) };
    assert!(one(&text, "ABC").is_ok());
    assert_eq!(one(&text, "A"), Err("TOO_SHORT".into()));
    assert_eq!(one(&text, "ABCDE"), Err("TOO_LONG".into()));
    assert_eq!(one(&text, "abc"), Err("BAD_FORMAT".into()));
    let range = |kind, least: &str, greatest: &str| Definition {
        least: Some(least.into()),
        greatest: Some(greatest.into()),
        ..of_kind(kind)
    };
    let number = range(Kind::Number, "-1.50", "+10");
    assert!(one(&number, "-1.5").is_ok() && one(&number, "10.0").is_ok());
    assert_eq!(one(&number, "-1.51"), Err("TOO_SMALL".into()));
    assert_eq!(one(&number, "10.01"), Err("TOO_LARGE".into()));
    let date = range(Kind::Date, "2000-01-01", "2009-12-31");
    assert!(one(&date, "2000-01-01").is_ok());
    assert_eq!(one(&date, "2010-01-01"), Err("TOO_LARGE".into()));
}

#[test]
fn es_201_several_values_are_kept_once_each_where_several_may_be() {
    let read = |definition: Definition, texts: Vec<&str>| {
        let attributes = Attributes::new(vec![attribute("it", definition)]);
        let entered: Values = [("it", texts)].into_iter().collect();
        attributes.read(&entered, Entrant::Administrator).map(|read| read.get("it").to_vec()).map_err(|all| all.len())
    };
    let many = Definition { is_multi: true, ..of_kind(Kind::Choice) };
    assert_eq!(read(many.clone(), vec!["law", "", "CMP", "Law"]), Ok(vec!["Law".into(), "CMP".into()]));
    assert_eq!(read(many, vec!["law", "x", "y"]), Err(1), "one problem a field");
    assert_eq!(read(of_kind(Kind::Choice), vec!["Law", "CMP"]), Err(1));
    assert_eq!(read(of_kind(Kind::Choice), vec!["Law", "law", " "]), Ok(vec!["Law".into()]));
    let texts: Vec<String> = (0..101).map(|number| number.to_string()).collect();
    let many = Definition { is_multi: true, ..of_kind(Kind::Number) };
    assert_eq!(read(many, texts.iter().map(String::as_str).collect()), Err(1));
}

#[test]
fn es_201_and_es_192_each_enters_what_is_theirs_to_enter() {
    let open = |in_console, in_my_account, is_asked_at_registration| Definition {
        in_console,
        in_my_account,
        is_asked_at_registration,
        is_required: in_console == Access::Editable,
        ..Definition::default()
    };
    let attributes = Attributes::new(vec![
        attribute("staff", open(Access::Editable, Access::ReadOnly, false)),
        attribute("own", open(Access::ReadOnly, Access::Editable, true)),
    ]);
    let entered: Values = [("staff", vec!["1"]), ("own", vec!["2"])].into_iter().collect();
    let keys = |entrant| {
        let read = attributes.read(&entered, entrant);
        read.map(|read| read.iter().map(|(key, _)| key.to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(keys(Entrant::Administrator).unwrap_err()[0].code, "NOT_EDITABLE");
    assert_eq!(keys(Entrant::Owner).unwrap(), ["own"], "what they may only read is passed over");
    assert_eq!(keys(Entrant::Applicant).unwrap(), ["own"]);
    assert_eq!(keys(Entrant::Operator).unwrap(), ["own", "staff"]);
    let missing = |entrant| attributes.missing(&Values::default(), entrant).len();
    assert_eq!(
        [Entrant::Administrator, Entrant::Owner, Entrant::Applicant, Entrant::Operator].map(missing),
        [1, 0, 0, 0]
    );

    let gone: Values = [("gone", vec!["1"])].into_iter().collect();
    assert_eq!(attributes.read(&gone, Entrant::Administrator).unwrap_err()[0].code, "UNKNOWN_ATTRIBUTE");
    assert!(attributes.read(&gone, Entrant::Owner).unwrap().is_empty());
}

#[test]
fn es_201_new_accounts_have_the_default_and_changed_ones_what_was_entered() {
    let attributes = Attributes::new(vec![
        attribute("level", Definition { default: vec!["basic".into()], ..Definition::default() }),
        attribute("note", Definition::default()),
    ]);
    let nothing = Values::default();
    assert_eq!(attributes.with_defaults(nothing.clone()).get("level"), ["basic"]);
    let blank: Values = [("level", Vec::<String>::new())].into_iter().collect();
    assert!(attributes.with_defaults(blank.clone()).is_empty(), "somebody said that it has none");
    let before: Values = [("level", vec!["high"]), ("note", vec!["x"]), ("gone", vec!["y"])].into_iter().collect();
    let after = attributes.changed(&before, &blank);
    assert_eq!(after, [("note", vec!["x"])].into_iter().collect());
}

#[test]
fn es_201_a_definition_that_makes_no_sense_is_refused_field_by_field() {
    let codes = |definition: Definition| -> Vec<(String, String)> {
        let problems = definition.checked().err().unwrap_or_default();
        problems.into_iter().map(|problem| (problem.field, problem.code)).collect()
    };
    let labelled = || Definition { label: "Label".into(), ..Definition::default() };
    assert_eq!(codes(labelled()), []);
    for (definition, field, code) in [
        (Definition::default(), "label", "REQUIRED_MISSING"),
        (Definition { label: "x".repeat(129), ..labelled() }, "label", "TOO_LONG"),
        (Definition { help: "a\nb".into(), ..labelled() }, "help", "BAD_VALUE"),
        (Definition { labels: [("d".into(), "x".into())].into(), ..labelled() }, "labels", "BAD_LANGUAGE"),
        (Definition { pattern: "(".into(), ..labelled() }, "pattern", "BAD_PATTERN"),
        (Definition { min_length: Some(5), max_length: Some(4), ..labelled() }, "max_length", "BAD_RANGE"),
        (Definition { max_length: Some(501), ..labelled() }, "max_length", "BAD_VALUE"),
        (Definition { kind: Kind::Choice, ..labelled() }, "choices", "REQUIRED_MISSING"),
        (Definition { kind: Kind::Number, least: Some("x".into()), ..labelled() }, "least", "BAD_NUMBER"),
        (Definition { default: vec!["a".into(), "b".into()], ..labelled() }, "default", "TOO_MANY"),
        (Definition { default: vec!["a".into()], is_unique: true, ..labelled() }, "default", "UNIQUE_DEFAULT"),
        (Definition { in_console: Access::ReadOnly, is_required: true, ..labelled() }, "in_console", "REQUIRED_HIDDEN"),
        (Definition { oidc_claim: "sub".into(), ..labelled() }, "oidc_claim", "RESERVED"),
        (Definition { saml_attribute: "a b".into(), ..labelled() }, "saml_attribute", "BAD_VALUE"),
    ] {
        assert_eq!(codes(definition.clone()), [(field.to_owned(), code.to_owned())], "{definition:?}");
    }
    let range = Definition {
        kind: Kind::Date,
        least: Some("2001-01-01".into()),
        greatest: Some("2000-01-01".into()),
        ..labelled()
    };
    assert_eq!(codes(range), [("greatest".into(), "BAD_RANGE".into())]);
    let of_another_kind =
        Definition { kind: Kind::Boolean, pattern: "(".into(), is_unique: true, is_multi: true, ..labelled() };
    let kept = of_another_kind.checked().expect("what its kind doesn't know is left out");
    assert_eq!((kept.pattern.as_str(), kept.is_unique, kept.is_multi), ("", false, false));
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ +0-9.eE/()-]{0,20}",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        "https?://[a-zA-Z0-9.%:@/é -]{0,30}",
        "[a-zA-Zé.]{1,10}@[a-zA-Zé-]{1,10}[.][a-z]{2,4}",
        prop::sample::select(vec!["CMP", "cmp", "Computing", "Law", "LAW", "yes", "NO", "ﬁ", "e\u{301}"])
            .prop_map(str::to_owned),
    ]
}

proptest! {
    #[test]
    fn es_201_reading_what_was_read_changes_nothing(text in any_text(), kind in prop::sample::select(Kind::ALL.to_vec())) {
        let definition = of_kind(kind);
        if let Ok(read) = one(&definition, &text) {
            for value in &read {
                prop_assert_eq!(one(&definition, value), Ok(read.clone()));
            }
        }
    }
}
