//! The third step: what each column is.

use axum::http::StatusCode;
use identity::access::Role;
use identity::accounts;

use super::{MERGE, OPTIONS, PEOPLE, chosen, go_on, start, upload, work};
use crate::browser::{Browser, in_a_world};

#[test]
fn es_86_columns_come_in_any_order_and_may_be_ignored() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let import = upload(&mut uma, "x,d,c,b,a\nsecret,bea@example.com,Ng,Bea,bea\n").await;
        go_on(&mut uma, &format!("{import}/2"), &OPTIONS).await;
        uma.get(&format!("{import}/3")).await;
        let fields =
            [("map0", ""), ("map1", "email"), ("map2", "last_name"), ("map3", "first_name"), ("map4", "username")];
        let place = go_on(&mut uma, &format!("{import}/3"), &fields).await;
        let page = uma.get(&format!("{import}/3")).await;
        assert!(page.words().contains("All required fields have a column"), "{}", page.words());
        let place = go_on(&mut uma, &place, &MERGE).await;
        let review = uma.get(&place).await;
        start(&mut uma, &import, &review).await;
        work(world).await;
        let operator = world.operator();
        let found = world.identity.read(&operator, async |op| accounts::find_by_username(op, "bea").await).await;
        let bea = found.expect("bea is there");
        assert_eq!((bea.first_name.as_str(), bea.last_name.as_str()), ("Bea", "Ng"));
        assert_eq!(bea.email.as_deref(), Some("bea@example.com"));
    });
}

#[test]
fn es_87_columns_map_themselves_beside_samples() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let import = upload(&mut uma, PEOPLE).await;
        go_on(&mut uma, &format!("{import}/2"), &OPTIONS).await;
        let page = uma.get(&format!("{import}/3")).await;
        let fields: Vec<_> = chosen(&page).into_iter().map(|(_, field)| field).collect();
        assert_eq!(fields, ["username", "first_name", "last_name", "email", "", ""]);
        assert!(page.body.contains("bea, cal, amy") && page.body.contains("Matched by name"));
        assert!(page.body.contains("••••") && !page.body.contains("plum tunnel"), "es_99: passwords are hidden");
    });
}

#[test]
fn es_88_and_es_89_what_must_be_mapped_and_what_cannot_be() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let import = upload(&mut uma, PEOPLE).await;
        go_on(&mut uma, &format!("{import}/2"), &OPTIONS).await;
        let path = format!("{import}/3");
        uma.get(&path).await;
        let all = [("map0", "username"), ("map1", "first_name"), ("map2", "last_name"), ("map3", "email")];
        let without = uma.post(&path, &all[..3]).await;
        assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(without.words().contains("Choose the column that holds the email"));
        for forged in ["roles", "is_admin", "id", "created_at", "custom"] {
            let mut fields = all.to_vec();
            fields.push(("map4", forged));
            let answer = uma.post(&path, &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{forged}");
            assert!(!answer.body.contains(&format!("<option value=\"{forged}\"")), "{forged} is offered");
        }
        let twice = uma.post(&path, &[all[0], all[1], all[2], all[3], ("map4", "email")]).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            twice.body.contains("id=\"map4\" name=\"map4\" aria-label=\"User field for column room\" aria-invalid")
        );
        // A value for everybody stands in for a column; usernames are made of addresses.
        let constant =
            [("map3", "email"), ("map1", "first_name"), ("constant_last_name", "Ng"), ("username_from", "local")];
        go_on(&mut uma, &path, &constant).await;
        let page = uma.get(&path).await;
        assert!(page.body.contains("name=\"constant_last_name\" value=\"Ng\""));
        // Whoever only changes people need map no more than what finds them.
        go_on(&mut uma, &path, &[("map0", "username"), ("only_updates", "1")]).await;
        assert!(uma.get(&format!("{import}/4")).await.body.contains("value=\"update\" checked"));
    });
}

#[test]
fn es_88_usernames_by_a_pattern_and_values_that_mean_others() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let text = "given,family,mail,state\nJané,Doe,jane@example.com,in service\nJane,Doe,jane2@example.com,left\n";
        let import = upload(&mut uma, text).await;
        go_on(&mut uma, &format!("{import}/2"), &OPTIONS).await;
        let path = format!("{import}/3");
        uma.get(&path).await;
        let fields = |pattern, values| {
            [
                ("map0", "first_name"),
                ("map1", "last_name"),
                ("map2", "email"),
                ("map3", "status"),
                ("username_from", "pattern"),
                ("username_pattern", pattern),
                ("values3", values),
            ]
        };
        for (pattern, values, expected) in [
            ("{role}", "", "nothing called {role}"),
            ("{first_name}.{last_name}", "in service", "Write “in service” with an equals sign"),
        ] {
            let answer = uma.post(&path, &fields(pattern, values)).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{expected}");
            assert!(answer.words().contains(expected), "{expected}: {}", answer.words());
        }
        let place =
            go_on(&mut uma, &path, &fields("{first_name}.{last_name}", "in service = active\r\nleft = inactive")).await;
        let page = uma.get(&path).await;
        assert!(page.body.contains("in service = active") && page.words().contains("2 translated"), "{}", page.words());
        let page = uma.get(&place).await;
        assert!(chosen(&page).contains(&("match_by", "email")), "made names tell nobody apart");
        let merge = [("match_by", "email"), MERGE[1], MERGE[2]];
        let review = go_on(&mut uma, &place, &merge).await;
        let review = uma.get(&review).await;
        let words = review.words();
        assert!(words.contains("Create 2 ") && words.contains("2 of state translated"), "{words}");
        start(&mut uma, &import, &review).await;
        work(world).await;
        let done = uma.get(&format!("{import}/6")).await.words();
        assert!(done.contains("2 jane.doe Created") && done.contains("3 jane.doe2 Created"), "{done}");
    });
}

#[test]
fn es_91_a_mapping_is_kept_and_offered_for_the_next_file() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let text = "a,b,c,d\nbea,Bea,Ng,bea@example.com\n";
        let import = upload(&mut uma, text).await;
        go_on(&mut uma, &format!("{import}/2"), &OPTIONS).await;
        let page = uma.get(&format!("{import}/3")).await;
        assert!(!page.body.contains("name=\"saved\""));
        let columns = [("map0", "username"), ("map1", "first_name"), ("map2", "last_name"), ("map3", "email")];
        let long = "n".repeat(101);
        let mut fields = columns.to_vec();
        fields.push(("save_as", &long));
        let refused = uma.post(&format!("{import}/3"), &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.words().contains("at most 100 characters"), "{}", refused.words());
        fields[4].1 = "Monthly";
        go_on(&mut uma, &format!("{import}/3"), &fields).await;
        // A colleague has a file with one column more and one less.
        world.join("Ursula", "User", Some(Role::UserAdministrator)).await;
        let mut other = Browser::of(world, "ursula").await;
        let import = upload(&mut other, "A,B,C,extra\ncal,Cal,Ng,x\n").await;
        go_on(&mut other, &format!("{import}/2"), &OPTIONS).await;
        assert!(other.get(&format!("{import}/3")).await.body.contains("<option value=\"Monthly\">"));
        let page = other.post(&format!("{import}/mapping/use"), &[("saved", "Monthly")]).await;
        assert_eq!(page.status, StatusCode::OK);
        let found = chosen(&page);
        let expected = [("map0", "username"), ("map1", "first_name"), ("map2", "last_name")];
        assert!(expected.iter().all(|one| found.contains(one)), "{found:?}");
        assert!(page.words().contains("the column “d”, which this file lacks"), "{}", page.words());
        assert!(chosen(&other.get(&format!("{import}/3")).await).contains(&("map1", "first_name")), "it is kept");
        go_on(&mut other, &format!("{import}/mapping/delete"), &[("saved", "Monthly")]).await;
        assert!(!other.get(&format!("{import}/3")).await.body.contains("name=\"saved\""));
    });
}
