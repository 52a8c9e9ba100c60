//! Undoing a whole import.

use axum::http::StatusCode;

use super::{LIST, PEOPLE, go_on, start, to_review, total, upload, work};
use crate::browser::{Browser, in_a_world};

#[test]
fn a_whole_import_is_undone_from_its_page_and_the_list() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let import = upload(&mut uma, PEOPLE).await;
        let review = to_review(&mut uma, &import).await;
        start(&mut uma, &import, &review).await;
        let undo = format!("{import}/undo");
        assert_eq!(uma.get(&undo).await.status, StatusCode::NOT_FOUND, "no server has begun it");
        work(world).await;
        for place in [&format!("{import}/6"), LIST] {
            assert!(uma.get(place).await.body.contains(&format!("href=\"{undo}\"")), "{place}");
        }
        let page = uma.get(&undo).await;
        assert!(page.words().contains("1 user that the import created: deleted for ever"), "{}", page.words());
        let answer = uma.post(&undo, &[]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.words().contains("Tick the box to confirm"));
        assert_eq!(go_on(&mut uma, &undo, &[("confirmed", "1")]).await, undo);
        let page = uma.get(&undo).await;
        assert!(page.words().contains("0 of 1 users") && page.body.contains("http-equiv=\"refresh\""));
        let fragment = uma.get_fragment(&format!("{undo}/progress")).await;
        assert!(fragment.body.starts_with("<div id=\"progress\""));
        assert!(uma.get(LIST).await.words().contains("Being undone"));
        work(world).await;
        let moved = uma.get_fragment(&format!("{undo}/progress")).await;
        assert_eq!(moved.header("hx-redirect"), undo);
        let done = uma.get(&undo).await.words();
        assert!(done.contains("Import undone") && done.contains("1 user undone. Nobody had to stay"), "{done}");
        assert_eq!(total(world).await, 5);
        let page = uma.get(&format!("{import}/6")).await;
        assert!(page.words().contains("This import was undone") && !page.body.contains("Undo this import"));
        assert!(uma.get(LIST).await.words().contains("Undone"));
        assert_eq!(uma.post(&undo, &[("confirmed", "1")]).await.status, StatusCode::CONFLICT);
    });
}

#[test]
fn undoing_tells_who_stays_and_asks_for_the_password_before_it_deletes_many() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let people = (0..12).map(|n| format!("p{n},Pat,Ng,p{n}@example.com")).collect::<Vec<_>>().join("\n");
        let import = upload(&mut uma, &format!("username,first_name,last_name,email\n{people}")).await;
        let review = to_review(&mut uma, &import).await;
        start(&mut uma, &import, &review).await;
        work(world).await;
        world.execute("update accounts set version = version + 1 where username = 'p3'", &[]).await;
        world.clock.advance(std::time::Duration::from_mins(11));
        let undo = format!("{import}/undo");
        uma.get(&undo).await;
        let place = go_on(&mut uma, &undo, &[("confirmed", "1")]).await;
        assert!(place.starts_with("/reauth?return="), "{place}");
        assert_eq!(total(world).await, 17);
        uma.get(&place).await;
        let back =
            uma.post("/reauth", &[("password", testkit::PASSWORD), ("return", &format!("{undo}?unsaved=1"))]).await;
        assert_eq!(back.location(), format!("{undo}?unsaved=1"), "{}", back.words());
        assert!(uma.get(back.location()).await.words().contains("Nothing is changed yet"));
        assert_eq!(go_on(&mut uma, &undo, &[("confirmed", "1")]).await, undo);
        work(world).await;
        let done = uma.get(&undo).await.words();
        assert!(done.contains("11 users undone. 1 user had to stay"), "{done}");
        assert!(done.contains("p3 Created Somebody changed this user after the import."), "{done}");
        assert_eq!(total(world).await, 6);
    });
}
