//! Made people, many of them.

use anyhow::Result;
use base::Random;
use identity::accounts::{self, NewAccount, Origin};

use crate::Bench;
use crate::measure::once;
use crate::registered::waiting;
use crate::values;

const FIRST: [&str; 40] = [
    "Maja",
    "Rémy",
    "Deniz",
    "Ishita",
    "Søren",
    "José",
    "Mary",
    "Jean-Luc",
    "Wren",
    "Sigríður",
    "Kwame",
    "Ana",
    "Bo",
    "Chloë",
    "Dmitri",
    "Elif",
    "Farid",
    "Grace",
    "Hana",
    "Igor",
    "Jin",
    "Katja",
    "Lars",
    "Mina",
    "Nadia",
    "Olga",
    "Paul",
    "Quentin",
    "Rosa",
    "Sven",
    "Tariq",
    "Ulla",
    "Víctor",
    "Wei",
    "Xenia",
    "Yusuf",
    "Zoë",
    "Христо",
    "Łukasz",
    "Åsa",
];
const LAST: [&str; 50] = [
    "Andersson",
    "Arslan",
    "Banerjee",
    "Björnsdóttir",
    "Çelik",
    "Christophers",
    "D'Arcy",
    "Dubois",
    "Eriksen",
    "Fernández",
    "García",
    "Hansen",
    "Ivanova",
    "Jansen",
    "Kowalski",
    "Lisowski",
    "Müller",
    "Nguyễn",
    "O'Brien",
    "Petrov",
    "Quinn",
    "Rossi",
    "Schmidt",
    "Şahin",
    "Thorsson",
    "Ueda",
    "van der Meer",
    "Weiß",
    "Xu",
    "Yılmaz",
    "Zhang",
    "Ødegård",
    "al-Hassan",
    "Smith",
    "Jones",
    "Taylor",
    "Brown",
    "Wilson",
    "Evans",
    "Thomas",
    "Johnson",
    "Roberts",
    "Walker",
    "Wright",
    "Robinson",
    "Thompson",
    "White",
    "Hughes",
    "Edwards",
    "Green",
];

/// Brings the database up to `accounts` made people besides those who registered, the same each time.
pub(crate) async fn fill(bench: &mut Bench, accounts: u64) -> Result<()> {
    let random = Random::seeded(2026);
    let identity = bench.identity.clone();
    let before = identity.read(&bench.caller, async |op| accounts::summary(op).await).await?;
    let present = before.total - waiting(&before);
    let mut n = present;
    let (made, took) = once(async {
        while n < accounts {
            let until = (n + 500).min(accounts);
            let some: Vec<NewAccount> = (n..until).map(|n| person(&random, n)).collect();
            let answers = identity.write(&bench.caller, async |op| accounts::create_many(op, some).await).await?;
            anyhow::ensure!(answers.iter().all(Result::is_ok), "a made person was refused: {answers:?}");
            n = until;
        }
        Ok(n - present)
    })
    .await?;
    if made > 0 {
        bench.table.note(&format!(
            "{made} accounts made and audited in {:.1} s: {:.0} µs each",
            took.as_secs_f64(),
            took.as_secs_f64() * 1e6 / f64::from(u32::try_from(made)?),
        ));
    }
    Ok(())
}

/// The `n`th made person.
pub(crate) fn person(random: &Random, n: u64) -> NewAccount {
    let pick = |from: &[&'static str]| from[usize::try_from(random.below(from.len() as u64)).unwrap_or(0)];
    let (first, last) = (pick(&FIRST), pick(&LAST));
    let tail = random.below(100_000);
    NewAccount {
        username: format!("user{n:07}"),
        first_name: first.into(),
        last_name: if tail < 60_000 { format!("{last}{}", tail % 7_000) } else { last.into() },
        email: format!("person.{tail}.{n}@aldermoor.example"),
        enabled: !tail.is_multiple_of(33),
        custom: values::of(n),
        origin: Origin::Demo,
        ..NewAccount::default()
    }
}
