//! The second step: how the file is read, and what new users are given.

use axum::http::StatusCode;
use identity::accounts;

use super::{LIST, MERGE, OPTIONS, chosen, go_on, start, upload, work};
use crate::browser::{Browser, in_a_world};

#[test]
fn es_79_the_dialect_is_detected_and_the_preview_follows_what_is_chosen() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        uma.get(&format!("{LIST}/new")).await;
        let bytes =
            b"username;first name;last name;email\nbea;Bea;M\xfcller;bea@example.com\ncal;Ren\xe9;Ng;cal@example.com\n";
        let answer = uma.upload(LIST, "latin.csv", bytes).await;
        let options = answer.location().to_owned();
        let page = uma.get(&options).await;
        let found = chosen(&page);
        assert!(
            found.contains(&("delimiter", "semicolon")) && found.contains(&("encoding", "windows-1252")),
            "{found:?}"
        );
        assert!(page.body.contains("<td role=\"cell\" class=\"nowrap\">Müller</td>"));
        let preview = options.replace("/2", "/preview");
        let with = |encoding| {
            let mut fields = OPTIONS;
            fields[0] = ("delimiter", "semicolon");
            fields[1] = ("encoding", encoding);
            fields
        };
        let broken = uma.post(&preview, &with("UTF-8")).await;
        assert_eq!(broken.status, StatusCode::OK);
        assert!(!broken.body.contains("Müller") && broken.words().contains("holds bytes that are not UTF-8"));
        assert!(uma.post(&preview, &with("windows-1252")).await.body.contains("Müller"));
        // A preview keeps nothing.
        assert!(chosen(&uma.get(&options).await).contains(&("encoding", "windows-1252")));
        let wrong = uma.post(&options, &with("nonsense")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        for (place, value) in [(0, "x"), (2, "x"), (4, "-1"), (5, "x"), (6, "x"), (7, "x"), (8, "x")] {
            let mut fields = OPTIONS;
            fields[place].1 = value;
            let answer = uma.post(&options, &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
            assert!(answer.body.contains("aria-invalid=\"true\""), "{fields:?}");
        }
    });
}

#[test]
fn es_80_new_users_can_be_disabled() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let import = upload(&mut uma, "username,first name,last name,email\nbea,Bea,Ng,bea@example.com\n").await;
        let mut options = OPTIONS;
        options[5] = ("status", "disabled");
        go_on(&mut uma, &format!("{import}/2"), &options).await;
        let page = uma.get(&format!("{import}/3")).await;
        let fields: Vec<_> = chosen(&page).into_iter().filter(|(name, _)| name.starts_with("map")).collect();
        go_on(&mut uma, &format!("{import}/3"), &fields).await;
        go_on(&mut uma, &format!("{import}/4"), &MERGE).await;
        let review = uma.get(&format!("{import}/5")).await;
        assert!(review.words().contains("Disabled. No password for now."));
        start(&mut uma, &import, &review).await;
        work(world).await;
        let found =
            world.identity.read(&world.operator(), async |op| accounts::find_by_username(op, "bea").await).await;
        assert!(!found.expect("bea is there").state.enabled);
    });
}

#[test]
fn es_83_everybody_joins_a_group_and_a_column_names_more() {
    in_a_world(async |world| {
        let mut sophia = Browser::of(world, "sophia").await;
        for (name, protected) in [("Library borrowers", ""), ("Board", "1")] {
            sophia.get("/console/groups/new").await;
            let fields = [("name", name), ("description", ""), ("protected", protected)];
            let made = sophia.post("/console/groups", &fields[..if protected.is_empty() { 2 } else { 3 }]).await;
            assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.words());
        }
        let mut uma = Browser::of(world, "uma").await;
        let text = "username,first_name,last_name,email,groups\n\
            bea,Bea,Ng,bea@example.com,research;law\n\
            cal,Cal,Ng,cal@example.com,board\n";
        let import = upload(&mut uma, text).await;
        let mut options: Vec<_> = OPTIONS.into();
        options.push(("groups", "Library borrowers"));
        let place = go_on(&mut uma, &format!("{import}/2"), &options).await;
        let page = uma.get(&place).await;
        assert!(chosen(&page).contains(&("map4", "")) && page.words().contains("map it to groups"));
        let mut fields: Vec<_> = chosen(&page).into_iter().filter(|(name, _)| name.starts_with("map")).collect();
        fields[4].1 = "groups";
        let place = go_on(&mut uma, &place, &fields).await;
        let review = go_on(&mut uma, &place, &MERGE).await;
        let page = uma.get(&review).await.words();
        assert!(page.contains("There is no group") && page.contains("research"), "{page}");
        let mut merge: Vec<_> = MERGE.into();
        merge.push(("create_groups", "1"));
        let page = go_on(&mut uma, &place, &merge).await;
        let page = uma.get(&page).await;
        let words = page.words();
        assert!(
            words.contains("Library borrowers, and those of the column. Groups that do not exist are created."),
            "{words}"
        );
        assert!(
            words.contains("Create 1 ") && words.contains("Only a super administrator can add users to the group"),
            "{words}"
        );
        start(&mut uma, &import, &page).await;
        work(world).await;
        let groups = uma.get("/console/groups").await.words();
        assert!(groups.contains("research") && groups.contains("law"), "{groups}");
        let options = uma.get(&format!("{import}/2")).await;
        assert_eq!(options.status, StatusCode::SEE_OTHER, "it was started");
        // A group that is not there is told of before anything is checked.
        let import = upload(&mut uma, "username,first_name,last_name,email\ndan,Dan,Ng,dan@example.com\n").await;
        let mut options: Vec<_> = OPTIONS.into();
        options.push(("groups", "Nowhere; Library borrowers"));
        go_on(&mut uma, &format!("{import}/2"), &options).await;
        assert!(uma.get(&format!("{import}/2")).await.body.contains("value=\"Nowhere; Library borrowers\""));
        let page = uma.get(&format!("{import}/3")).await;
        let fields: Vec<_> = chosen(&page).into_iter().filter(|(name, _)| name.starts_with("map")).collect();
        go_on(&mut uma, &format!("{import}/3"), &fields).await;
        let refused = uma.post(&format!("{import}/4"), &MERGE).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.words().contains("Nowhere"), "{}", refused.words());
    });
}
