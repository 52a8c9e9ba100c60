//! Pages, searches, figures.

use std::time::Duration;

use anyhow::Result;
use identity::accounts::{self, Column, Filter, ListQuery, Page, PageRequest, Sort, Start, StatusFilter};

use crate::Bench;
use crate::measure::time;

const PAGE: Duration = Duration::from_millis(10);
const JUMP: Duration = Duration::from_millis(50);
const SEARCH: Duration = Duration::from_millis(100);
const SUMMARY: Duration = Duration::from_millis(2);

async fn page(bench: &Bench, query: &ListQuery) -> Result<Page> {
    let identity = &bench.identity;
    Ok(identity.read(&bench.caller, async |op| accounts::list(op, identity.anchors(), query).await).await?)
}

fn query(sort: Sort, number: u64, start: Start) -> ListQuery {
    ListQuery { sort, size: 25, page: PageRequest { number, start }, ..ListQuery::default() }
}

/// What everything else is compared with.
pub(crate) async fn control(bench: &mut Bench) -> Result<()> {
    let some = page(bench, &query(Sort::default(), 1, Start::Number)).await?;
    let id = some.accounts[0].id;
    let control = time(bench.times, |_| async {
        bench.identity.read(&bench.caller, async |op| accounts::find(op, id).await).await?;
        Ok(())
    })
    .await?;
    bench.table.control("one account by its identifier (the control)", &control);
    Ok(())
}

pub(crate) async fn measure(bench: &mut Bench) -> Result<()> {
    let times = bench.times;
    // PostgreSQL may take three times as long; each answer crosses a connection.
    let slack = if bench.identity.db().path().is_none() { 3 } else { 1 };
    let summary = time(times, |_| async {
        bench.identity.read(&bench.caller, async |op| accounts::summary(op).await).await?;
        Ok(())
    })
    .await?;
    bench.table.timing("the summary", &summary, Some(SUMMARY * slack));
    for column in Column::ALL {
        for descending in [false, true] {
            pages(bench, Sort { column, descending }, slack).await?;
        }
    }
    searches(bench, slack).await
}

async fn pages(bench: &mut Bench, sort: Sort, slack: u32) -> Result<()> {
    let times = bench.times;
    let name = format!("{}{}", sort.column.code(), if sort.descending { " ↓" } else { " ↑" });
    let first = page(bench, &query(sort, 1, Start::Number)).await?;
    let last = first.last.unwrap_or(1);
    let middle = page(bench, &query(sort, (last / 2).max(1), Start::Number)).await?;
    let (begin, end) = (middle.accounts[0].id, middle.accounts[middle.accounts.len() - 1].id);
    let kinds = [
        ("first", query(sort, 1, Start::Number)),
        ("next", query(sort, middle.number + 1, Start::After(end))),
        ("previous", query(sort, middle.number.saturating_sub(1).max(1), Start::Before(begin))),
        ("last", query(sort, last, Start::Number)),
    ];
    for (kind, query) in kinds {
        let timing = time(times, |_| async { page(bench, &query).await.map(drop) }).await?;
        bench.table.timing(&format!("{name}: {kind} page"), &timing, Some(PAGE * slack));
    }
    let measured = &*bench;
    let jump = time(times, |n| {
        let number = 1 + (n as u64 * 7_919) % last;
        async move { page(measured, &query(sort, number, Start::Number)).await.map(drop) }
    })
    .await?;
    bench.table.timing(&format!("{name}: any page"), &jump, Some(JUMP * slack));
    Ok(())
}

/// Makes a filter of a text.
type Narrow = fn(&str) -> Filter;

async fn searches(bench: &mut Bench, slack: u32) -> Result<()> {
    let times = bench.times.min(60);
    let narrow: [(&str, Narrow); 5] = [
        ("anywhere", |text| Filter { quick: text.into(), ..Filter::default() }),
        ("last name", |text| Filter { last_name: text.into(), ..Filter::default() }),
        ("first name", |text| Filter { first_name: text.into(), ..Filter::default() }),
        ("username", |text| Filter { username: text.into(), ..Filter::default() }),
        ("email", |text| Filter { email: text.into(), ..Filter::default() }),
    ];
    let needles = [
        ("anywhere", vec!["christop", "lis", "son", "zhang12", "user0012345", "maja andersson", "zzzz", "an"]),
        ("last name", vec!["christophers42", "son", "lis", "ødegård", "smith", "ng"]),
        ("first name", vec!["jean-luc", "maja", "zoë", "łuk", "an"]),
        ("username", vec!["0012345", "user00", "999", "12"]),
        ("email", vec!["@aldermoor.example", "person.4242", ".77", "4242.9"]),
    ];
    for (field, texts) in needles {
        let make = narrow.iter().find(|(name, _)| *name == field).map_or(narrow[0].1, |(_, make)| *make);
        let measured = &*bench;
        let timing = time(times * texts.len(), |n| {
            let filter = make(texts[n % texts.len()]);
            let list = ListQuery { filter, size: 25, ..ListQuery::default() };
            async move { page(measured, &list).await.map(drop) }
        })
        .await?;
        bench.table.timing(&format!("search {field}: page and count"), &timing, Some(SEARCH * slack));
        for text in texts {
            let list = ListQuery { filter: make(text), size: 25, ..ListQuery::default() };
            let timing = time(times.min(10), |_| async { page(bench, &list).await.map(drop) }).await?;
            bench.table.timing(&format!("- {field} {text:?}"), &timing, None);
        }
    }
    for status in StatusFilter::ALL {
        let filter = Filter { statuses: vec![status], ..Filter::default() };
        let list = ListQuery { filter, size: 25, ..ListQuery::default() };
        let timing = time(times.min(20), |_| async { page(bench, &list).await.map(drop) }).await?;
        bench.table.timing(&format!("status {}: page and count", status.code()), &timing, Some(SEARCH * slack));
        let last = page(bench, &list).await?.last.unwrap_or(1);
        let measured = &*bench;
        let jump = time(times.min(20), |n| {
            let number = 1 + (n as u64 * 7_919) % last;
            let list = ListQuery { page: PageRequest { number, start: Start::Number }, ..list.clone() };
            async move { page(measured, &list).await.map(drop) }
        })
        .await?;
        bench.table.timing(&format!("status {}: any page", status.code()), &jump, None);
    }
    Ok(())
}
