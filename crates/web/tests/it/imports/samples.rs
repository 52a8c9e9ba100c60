//! Files of other programs.

use axum::http::StatusCode;

use super::{LIST, MERGE, chosen, go_on};
use crate::browser::{Answer, Browser, between, in_a_world};

/// What became of a sample in the wizard: refused, or reviewed with so many to create and so many errors.
async fn reviewed(uma: &mut Browser, name: &str, bytes: &[u8]) -> Result<(u64, u64), String> {
    uma.get(&format!("{LIST}/new")).await;
    let answer = uma.upload(LIST, name, bytes).await;
    if answer.status == StatusCode::UNPROCESSABLE_ENTITY {
        return Err(answer.words());
    }
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{name}: {}", answer.words());
    let import = answer.location().strip_suffix("/2").expect("the second step").to_owned();
    let found = steps(uma, name, &import).await;
    go_on(uma, &format!("{import}/cancel"), &[]).await;
    found
}

/// Goes through the steps with what the pages propose; where new users lack a field, only existing ones are changed.
async fn steps(uma: &mut Browser, name: &str, import: &str) -> Result<(u64, u64), String> {
    let page = uma.get(&format!("{import}/2")).await;
    assert_eq!(page.status, StatusCode::OK, "{name}");
    let owned = |page: &Answer| -> Vec<(String, String)> {
        chosen(page).into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    };
    let mut options = owned(&page);
    options.push(("skip_lines".into(), between(&page.body, "name=\"skip_lines\" value=\"", "\"").expect(name).into()));
    options.push(("trim".into(), "1".into()));
    if page.body.contains("name=\"has_header\" value=\"1\" checked") {
        options.push(("has_header".into(), "1".into()));
    }
    let fields: Vec<_> = options.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = uma.post(&format!("{import}/2"), &fields).await;
    if answer.status == StatusCode::UNPROCESSABLE_ENTITY {
        return Err(answer.words());
    }
    let page = uma.get(&format!("{import}/3")).await;
    let mut columns = owned(&page);
    columns.retain(|(name, _)| name.starts_with("map"));
    let mut fields: Vec<_> = columns.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = uma.post(&format!("{import}/3"), &fields).await;
    if answer.status == StatusCode::UNPROCESSABLE_ENTITY {
        let asked = answer.words();
        assert!(asked.contains("Choose the column") || asked.contains("Say which one"), "{name}: {asked}");
        fields.push(("only_updates", "1"));
        let answer = uma.post(&format!("{import}/3"), &fields).await;
        return Err(if answer.status == StatusCode::SEE_OTHER { asked } else { answer.words() });
    }
    let place = go_on(uma, &format!("{import}/4"), &MERGE).await;
    let review = uma.get(&place).await;
    assert_eq!(review.status, StatusCode::OK, "{name}: {}", review.words());
    let figure = |label: &str| -> u64 {
        let rest = review.body.split_once(label).unwrap_or_else(|| panic!("{name} has no {label}")).1;
        between(rest, "<dd>", "</dd>").expect(name).replace(',', "").parse().expect(name)
    };
    Ok((figure("Create</dt>"), figure("Errors</dt>")))
}

#[test]
fn every_sample_of_other_programs_gives_a_sensible_review() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../wire/tests/samples");
    let manifest = std::fs::read_to_string(folder.join("manifest.json")).expect("the manifest is there");
    let manifest: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&manifest).expect("it is JSON");
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let (mut whole, mut asked) = (0, Vec::new());
        for (name, expected) in &manifest {
            let bytes = std::fs::read(folder.join(name)).expect(name);
            let must_tell = expected.get("must").is_some();
            match reviewed(&mut uma, name, &bytes).await {
                Ok((created, failed)) if must_tell => assert!(failed > 0, "{name}: {created} created, {failed} failed"),
                Ok((created, failed)) => {
                    assert_eq!((Some(created), failed), (expected["users"].as_u64(), 0), "{name}");
                    whole += 1;
                }
                // Why it is refused, or what is to be chosen, stands on the page.
                Err(words) => {
                    assert!(words.contains("There is a problem"), "{name}: {words}");
                    asked.push(name.as_str());
                }
            }
        }
        assert!(
            whole * 2 > manifest.len(),
            "{whole} of {} were understood at once; asked about {asked:?}",
            manifest.len()
        );
    });
}
