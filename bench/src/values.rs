//! Attributes of the made people, and lists that are narrowed by them.

use std::time::Duration;

use anyhow::Result;
use identity::accounts::{self, Filter, ListQuery, PageRequest, Start, ValueFilter};
use identity::attributes::{self, Choice, Definition, Kind, NewAttribute, Values};

use crate::Bench;
use crate::measure::time;

const SEARCH: Duration = Duration::from_millis(100);

/// What is known of the `n`th made person: a department that very many, many, some or few are in, a number of their
/// own, whether they are a member, a room that several share, a day.
pub(crate) fn of(n: u64) -> Values {
    let mixed = n.wrapping_mul(2_654_435_761) % 100_000;
    let department = match mixed {
        0..30_000 => "LAW".to_owned(),
        30_000..31_500 => "MED".to_owned(),
        31_500..31_900 => "ART".to_owned(),
        31_900..31_910 => "MUS".to_owned(),
        other => format!("D{}", other % 10),
    };
    let values = [
        ("department", department),
        ("staff_no", format!("A-{:07}", n.wrapping_mul(7_368_787) % 10_000_000)),
        ("member", mixed.is_multiple_of(2).to_string()),
        ("room", format!("Building {}, room {}", mixed % 7, mixed % 5_000)),
        ("since", format!("20{:02}-{:02}-{:02}", mixed % 26, 1 + mixed % 12, 1 + mixed % 28)),
    ];
    values.into_iter().map(|(key, value)| (key, vec![value])).collect()
}

/// Defines the attributes, when nobody has.
pub(crate) async fn define(bench: &Bench) -> Result<()> {
    let departments =
        ["LAW", "MED", "ART", "MUS"].map(str::to_owned).into_iter().chain((0..10).map(|n| format!("D{n}")));
    let departments = departments.map(|code| Choice { label: code.clone(), code }).collect();
    let wanted = [
        ("department", Definition { kind: Kind::Choice, choices: departments, ..Definition::default() }),
        ("staff_no", Definition::default()),
        ("member", Definition { kind: Kind::Boolean, ..Definition::default() }),
        ("room", Definition::default()),
        ("since", Definition { kind: Kind::Date, ..Definition::default() }),
    ];
    let identity = &bench.identity;
    let present = identity.read(&bench.caller, async |op| attributes::list(op).await).await?;
    for (key, definition) in wanted {
        if present.get(key).is_none() {
            let definition = Definition { label: key.into(), is_searchable: key != "since", ..definition };
            let new = NewAttribute { key: key.into(), definition };
            identity.write(&bench.caller, async |op| attributes::create(op, new).await).await?;
        }
    }
    Ok(())
}

/// Narrows the list by values that very many, many, some, few and no accounts have.
pub(crate) async fn measure(bench: &mut Bench) -> Result<()> {
    let slack = if bench.identity.db().path().is_none() { 3 } else { 1 };
    let all = bench.identity.read(&bench.caller, async |op| attributes::list(op).await).await?;
    let wanted = [
        ("department", vec!["LAW", "MED", "ART", "MUS"]),
        ("member", vec!["true"]),
        ("staff_no", vec!["a-0012345", "1234", "a-00", "99", "zz9"]),
        ("room", vec!["building 3", "room 4321", "room"]),
    ];
    for (key, texts) in wanted {
        let Some(attribute) = all.get(key).filter(|attribute| attribute.can_be_searched()) else { continue };
        for text in texts {
            let custom = vec![ValueFilter { attribute: attribute.id, wanted: text.to_owned() }];
            let list = ListQuery { filter: Filter { custom, ..Filter::default() }, size: 25, ..ListQuery::default() };
            for (kind, number) in [("page and count", 1), ("page 5", 5)] {
                let list = ListQuery { page: PageRequest { number, start: Start::Number }, ..list.clone() };
                let measured = &*bench;
                let timing = time(bench.times.min(20), |_| {
                    let list = list.clone();
                    async move {
                        let identity = &measured.identity;
                        let page = async |op: &mut identity::Operation<'_>| {
                            accounts::list(op, identity.anchors(), &list).await.map(drop)
                        };
                        Ok(identity.read(&measured.caller, page).await?)
                    }
                })
                .await?;
                bench.table.timing(&format!("{key} {text:?}: {kind}"), &timing, Some(SEARCH * slack));
            }
        }
    }
    Ok(())
}
