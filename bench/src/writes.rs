//! Changes, one and many.

use std::time::Duration;

use anyhow::Result;
use base::Change;
use identity::accounts::{self, AccountChange, Filter};

use crate::measure::{once, time};
use crate::{Bench, process};

/// Makes the `n`th change.
type Make = fn(usize) -> AccountChange;

pub(crate) async fn measure(bench: &mut Bench) -> Result<()> {
    let times = bench.times;
    let identity = bench.identity.clone();
    let ids = identity
        .read(&bench.caller, async |op| accounts::matching_ids(op, &Filter::default(), None, 200).await)
        .await?;
    let kinds: [(&str, Make); 2] = [
        ("a mobile number", |n| AccountChange {
            mobile: Change::Set(format!("+1 555 {n}")),
            ..AccountChange::default()
        }),
        ("a first name, which is in most orders and in the text index", |n| AccountChange {
            first_name: Change::Set(format!("Changed{n}")),
            ..AccountChange::default()
        }),
    ];
    for (what, change) in kinds {
        let before = process::cpu_ms("self");
        let update = time(times, |n| {
            let (identity, caller, id) = (&identity, &bench.caller, ids[n % ids.len()]);
            async move {
                identity.write(caller, async |op| accounts::update(op, id, None, change(n)).await).await?;
                Ok(())
            }
        })
        .await?;
        let spent = process::cpu_ms("self") - before;
        bench.table.timing(&format!("one update of {what}, audited"), &update, None);
        let each = spent * 1_000 / (times as u64 + 1);
        bench.table.note(&format!("processor time of one update of {what}: {each} µs (goal 500)"));
    }
    for (what, on) in
        [("200 accounts disabled, one transaction", false), ("200 accounts enabled, one transaction", true)]
    {
        let ((), took) = once(async {
            let work = identity.write(&bench.caller, async |op| {
                if on { accounts::enable_many(op, &ids).await } else { accounts::disable_many(op, &ids).await }
            });
            work.await?;
            Ok(())
        })
        .await?;
        bench.table.single(what, took, Some(Duration::from_millis(50)));
    }
    Ok(())
}
