//! The text index of SQLite, which finds text anywhere in a name, a username or an address.

use store::{Dialect, Sql, Tx};

use super::Account;
use crate::Result;

/// Adds new accounts to the index, all at once. Whatever changes or deletes an account keeps the index in step by
/// triggers; a trigger on each new one would make SQLite write the index out after every row.
pub(super) async fn add(tx: &mut Tx, accounts: &[&Account]) -> Result<()> {
    if tx.dialect() != Dialect::Sqlite {
        return Ok(());
    }
    for some in accounts.chunks(500) {
        let mut sql = Sql::new("insert into account_text (rowid, last_n, first_n, username_n, email_n)");
        sql.push(" select seq, last_n, first_n, username_n, email_n from accounts where id in (");
        sql.bind_all(some.iter().map(|account| account.id)).push(")");
        tx.execute(sql.text(), sql.values()).await?;
    }
    Ok(())
}
