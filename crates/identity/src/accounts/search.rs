//! The queries behind the list.

use base::{AccountId, OrganizationId, Timestamp, text};
use store::{Dialect, Sql, Tx, Value};

use super::filter::{Condition, Filter, Needle, RoleFilter};
use super::sort::{Column, Place, Sort};
use super::status::StatusFilter;
use super::stretches::{Stretch, stretches};
use crate::Result;
use crate::access::Roles;

/// How many entries of an ordered list are looked through before a rarer way is taken.
const SCAN_BUDGET: i64 = 5_000;
/// Up to this many candidates are gathered and sorted, rather than met on a walk through the order.
pub(super) const GATHER_UP_TO: i64 = 3_000;

/// One list: what it is narrowed to, for whom, and when.
pub(super) struct Search<'a> {
    pub(super) filter: &'a Filter,
    /// What the filter says of attributes, as their index is asked.
    pub(super) conditions: &'a [Condition],
    pub(super) sort: Sort,
    pub(super) organization: OrganizationId,
    pub(super) now: Timestamp,
}

/// What leads to the accounts that match.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    /// The order: every account of the list is met and held against the filter.
    Order,
    /// The order again, but whether text matches is known from the text index beforehand, so that only the index of
    /// the order is read. SQLite only; PostgreSQL's text index can't be asked that way.
    OrderAndText,
    /// What is rare: the members of the group, or those whose text matches, come first and are sorted afterwards.
    Text,
}

impl Search<'_> {
    /// `from accounts where …`, narrowed by `stretch`, in the way that `lead` says.
    fn push_from(&self, sql: &mut Sql, dialect: Dialect, stretch: Option<&Stretch>, lead: Lead) {
        if let (Some(group), Lead::Text) = (self.filter.group, lead) {
            sql.push(" from accounts where id in (select account_id from group_members where group_id = ").bind(group);
            sql.push(" and organization_id = ").bind(self.organization).push(")");
            if let Some(stretch) = stretch {
                stretch.push_condition(sql);
            }
            self.filter.push_texts(sql, dialect, false);
            push_conditions(sql, dialect, self.conditions);
            self.filter.push_others(sql, self);
            return;
        }
        if let ([first, rest @ ..], Lead::Text) = (self.conditions, lead) {
            push_led_by(sql, dialect, first);
            sql.push(" and accounts.organization_id = ").bind(self.organization);
            if let Some(stretch) = stretch {
                stretch.push_condition(sql);
            }
            self.filter.push_texts(sql, dialect, false);
            push_conditions(sql, dialect, rest);
            self.filter.push_others(sql, self);
            return;
        }
        let phrases = match (dialect, lead) {
            (Dialect::Sqlite, Lead::Text | Lead::OrderAndText) => phrases(&self.filter.needles()),
            _ => None,
        };
        let is_answered = phrases.is_some();
        match phrases {
            // A cross join keeps its order: the text index leads, for it knows how few there are.
            Some(phrases) if lead == Lead::Text => {
                sql.push(" from account_text cross join accounts on accounts.seq = account_text.rowid");
                sql.push(" where account_text match ").bind(phrases).push(" and organization_id = ");
                sql.bind(self.organization);
            }
            Some(phrases) => {
                sql.push(" from accounts where organization_id = ").bind(self.organization);
                // The sign keeps this from leading: it is asked of each entry of the order.
                sql.push(" and +seq in (select rowid from account_text where account_text match ")
                    .bind(phrases)
                    .push(")");
            }
            // Texts too short for the text index: the narrow index of all texts is read, and accounts only where
            // they match.
            None if dialect == Dialect::Sqlite && lead != Lead::Order && !self.filter.needles().is_empty() => {
                if lead == Lead::Text {
                    sql.push(" from accounts where seq in (");
                } else {
                    // With the sign it doesn't lead, and is asked of each entry of the order.
                    sql.push(" from accounts where organization_id = ").bind(self.organization);
                    sql.push(" and +seq in (");
                }
                sql.push("select seq from accounts where organization_id = ").bind(self.organization);
                self.filter.push_texts(sql, dialect, is_answered);
                sql.push(")");
                if let Some(stretch) = stretch {
                    stretch.push_condition(sql);
                }
                self.filter.push_group(sql);
                push_conditions(sql, dialect, self.conditions);
                self.filter.push_others(sql, self);
                return;
            }
            None => {
                sql.push(" from accounts where organization_id = ").bind(self.organization);
            }
        }
        if let Some(stretch) = stretch {
            stretch.push_condition(sql);
        }
        self.filter.push_texts(sql, dialect, is_answered);
        self.filter.push_group(sql);
        push_conditions(sql, dialect, self.conditions);
        self.filter.push_others(sql, self);
    }

    /// The stretches of the list beyond `from`.
    async fn stretches(&self, tx: &mut Tx, from: Option<&Place>, backwards: bool) -> Result<Vec<Stretch>> {
        // Each status is a stretch of its own anyway, and going up, one index has every column in order.
        let has_edge = from.is_none() && self.sort.descending && self.sort.column != Column::Status;
        let edge = if has_edge { self.edge(tx, backwards).await? } else { None };
        Ok(stretches(self.sort, from, backwards, edge))
    }

    /// The value of the first column that a walk through the whole list meets first. Very many may share it, and are
    /// then walked by themselves and not sorted.
    async fn edge(&self, tx: &mut Tx, backwards: bool) -> Result<Option<Value>> {
        let column = self.sort.column;
        let mut sql = Sql::new("select ");
        sql.push(column.sql()).push(" from accounts where organization_id = ").bind(self.organization);
        sql.push(" order by ").push(column.sql()).push(if backwards { "" } else { " desc" }).push(" limit 1");
        Ok(tx.optional(sql.text(), sql.values(), |row| column.read(row, 0)).await?)
    }

    /// Up to `limit` identifiers after `offset` of those beyond `from`, met on a walk through the order.
    pub(super) async fn walk(
        &self,
        tx: &mut Tx,
        lead: Lead,
        from: Option<&Place>,
        backwards: bool,
        offset: u64,
        limit: u32,
    ) -> Result<Vec<AccountId>> {
        let mut offset = i64::try_from(offset).unwrap_or(i64::MAX);
        let mut found: Vec<AccountId> = Vec::new();
        for stretch in self.stretches(tx, from, backwards).await? {
            let wanted = i64::from(limit) - i64::try_from(found.len()).unwrap_or(0);
            if wanted <= 0 {
                break;
            }
            let mut sql = Sql::new("select id");
            self.push_from(&mut sql, tx.dialect(), Some(&stretch), lead);
            sql.push(" order by ").push(&stretch.order).push(" limit ").bind(wanted).push(" offset ").bind(offset);
            let mut some = tx.scan(&sql, |row| row.id::<AccountId>(0)).await?;
            if some.is_empty() && offset > 0 {
                offset -= self.count_stretch(tx, lead, &stretch, offset).await?;
            } else {
                offset = 0;
            }
            found.append(&mut some);
        }
        Ok(found)
    }

    /// How many entries one stretch has, counting no further than `limit`.
    async fn count_stretch(&self, tx: &mut Tx, lead: Lead, stretch: &Stretch, limit: i64) -> Result<i64> {
        let mut sql = Sql::new("select count(*) from (select 1");
        self.push_from(&mut sql, tx.dialect(), Some(stretch), lead);
        sql.push(" limit ").bind(limit).push(") as found");
        Ok(tx.scan(&sql, |row| row.get::<i64>(0)).await?.pop().unwrap_or(0))
    }

    /// As [`Search::walk`], but gives up after 5,000 entries: `None` when they held fewer than `limit`.
    pub(super) async fn walk_a_little(
        &self,
        tx: &mut Tx,
        from: Option<&Place>,
        backwards: bool,
        limit: u32,
    ) -> Result<Option<Vec<AccountId>>> {
        let mut found: Vec<AccountId> = Vec::new();
        let everything = Search { filter: &Filter::default(), conditions: &[], ..*self };
        for stretch in self.stretches(tx, from, backwards).await? {
            let mut sql = Sql::new("select id from (select *");
            everything.push_from(&mut sql, tx.dialect(), Some(&stretch), Lead::Order);
            sql.push(" order by ")
                .push(&stretch.order)
                .push(" limit ")
                .bind(SCAN_BUDGET)
                .push(") as accounts where true");
            self.filter.push_texts(&mut sql, tx.dialect(), false);
            self.filter.push_group(&mut sql);
            push_conditions(&mut sql, tx.dialect(), self.conditions);
            self.filter.push_others(&mut sql, self);
            sql.push(" order by ").push(&stretch.order);
            sql.push(" limit ").bind(i64::from(limit) - i64::try_from(found.len()).unwrap_or(0));
            found.append(&mut tx.scan(&sql, |row| row.id::<AccountId>(0)).await?);
            if found.len() >= limit as usize {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Up to `limit` identifiers after `offset` of those beyond `from`, all candidates being gathered first and then
    /// sorted: for filters that few accounts pass.
    pub(super) async fn gather(
        &self,
        tx: &mut Tx,
        from: Option<&Place>,
        backwards: bool,
        offset: u64,
        limit: u32,
    ) -> Result<Vec<AccountId>> {
        let mut offset = i64::try_from(offset).unwrap_or(i64::MAX);
        let mut found: Vec<AccountId> = Vec::new();
        for stretch in self.stretches(tx, from, backwards).await? {
            let wanted = i64::from(limit) - i64::try_from(found.len()).unwrap_or(0);
            if wanted <= 0 {
                break;
            }
            let mut sql = Sql::new("with candidates as materialized (select ");
            sql.push(&self.sort.columns());
            self.push_from(&mut sql, tx.dialect(), None, Lead::Text);
            sql.push(") select id from candidates where true");
            stretch.push_condition(&mut sql);
            sql.push(" order by ").push(&stretch.order).push(" limit ").bind(wanted).push(" offset ").bind(offset);
            let mut some = tx.scan(&sql, |row| row.id::<AccountId>(0)).await?;
            if some.is_empty() && offset > 0 {
                let mut sql = Sql::new("with candidates as materialized (select ");
                sql.push(&self.sort.columns());
                self.push_from(&mut sql, tx.dialect(), None, Lead::Text);
                sql.push(") select count(*) from candidates where true");
                stretch.push_condition(&mut sql);
                offset -= tx.scan(&sql, |row| row.get::<i64>(0)).await?.pop().unwrap_or(0).min(offset);
            } else {
                offset = 0;
            }
            found.append(&mut some);
        }
        Ok(found)
    }

    /// Up to `limit` of those that came to be after number `after`, in that order; each with its number.
    pub(super) async fn by_creation(&self, tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<(i64, AccountId)>> {
        let mut sql = Sql::new("select seq, id from accounts where seq > ");
        // Hidden in an expression, the organization doesn't lead: its indexes know other orders, and everything they
        // find would be sorted anew for each batch.
        sql.bind(after).push(" and coalesce(organization_id, id) = ").bind(self.organization);
        self.filter.push_texts(&mut sql, tx.dialect(), false);
        self.filter.push_group(&mut sql);
        push_conditions(&mut sql, tx.dialect(), self.conditions);
        self.filter.push_others(&mut sql, self);
        sql.push(" order by seq limit ").bind(limit);
        Ok(tx.scan(&sql, |row| Ok((row.get(0)?, row.id(1)?))).await?)
    }

    /// How many accounts match, counting no further than `limit`.
    pub(super) async fn count(&self, tx: &mut Tx, limit: i64) -> Result<i64> {
        let mut sql = Sql::new("select count(*) from (select 1");
        if let ([condition], true) = (self.conditions, self.filter.is_only_one_value()) {
            // The index of values answers alone.
            sql = Sql::new("select count(*) from (select ");
            sql.push(if condition.is_multi { "distinct account_id" } else { "1" });
            push_holders(&mut sql, tx.dialect(), condition);
            sql.push(" limit ").bind(limit).push(") as found");
            return Ok(tx.scan(&sql, |row| row.get::<i64>(0)).await?.pop().unwrap_or(0));
        }
        match phrases(&self.filter.needles()) {
            _ if self.filter.group.is_some() || !self.conditions.is_empty() => {
                self.push_from(&mut sql, tx.dialect(), None, Lead::Text);
            }
            // The text index answers alone, unless it holds the text of other organizations too.
            Some(phrases) if tx.dialect() == Dialect::Sqlite && self.filter.is_all_in_text_index() => {
                sql.push(" from account_text where account_text match ").bind(phrases);
                sql.push(" and ((select count(*) from organizations) = 1 or exists (select 1 from accounts");
                sql.push(" where seq = account_text.rowid and organization_id = ").bind(self.organization).push("))");
            }
            Some(_) => self.push_from(&mut sql, tx.dialect(), None, Lead::Text),
            // Short texts are met soon when they are frequent: counting stops at the limit.
            None => self.push_from(&mut sql, tx.dialect(), None, Lead::Order),
        }
        sql.push(" limit ").bind(limit).push(") as found");
        Ok(tx.scan(&sql, |row| row.get::<i64>(0)).await?.pop().unwrap_or(0))
    }

    /// The place of an account in this order; `None` when it is gone.
    pub(super) async fn place_of(&self, tx: &mut Tx, id: AccountId) -> Result<Option<Place>> {
        let mut sql = Sql::new("select ");
        sql.push(&self.sort.columns()).push(" from accounts where id = ").bind(id);
        sql.push(" and organization_id = ").bind(self.organization);
        Ok(tx.optional(sql.text(), sql.values(), |row| Place::read(self.sort, row, 0)).await?)
    }

    /// The place of every `step`th account of the whole list, beginning with the first. They are met on a walk from
    /// each to the next: a database that numbers all accounts holds all of them in memory.
    pub(super) async fn every(&self, tx: &mut Tx, step: u64) -> Result<Vec<Place>> {
        let mut places: Vec<Place> = Vec::new();
        loop {
            let between = if places.is_empty() { 0 } else { step - 1 };
            let next = self.walk(tx, Lead::Order, places.last(), false, between, 1).await?;
            let Some(id) = next.first() else { return Ok(places) };
            let Some(place) = self.place_of(tx, *id).await? else { return Ok(places) };
            places.push(place);
        }
    }
}

impl Filter {
    /// Adds the conditions on the texts of `accounts`, each beginning with ` and `; only those that are too short for
    /// the text index when that has answered the others.
    fn push_texts(&self, sql: &mut Sql, dialect: Dialect, is_text_answered: bool) {
        for needle in self.needles() {
            if is_text_answered && needle.is_in_text_index() {
                continue;
            }
            sql.push(" and (");
            for (index, column) in needle.columns.iter().enumerate() {
                sql.push(if index > 0 { " or " } else { "" });
                dialect.contains(sql, &format!("accounts.{column}"), &needle.text);
            }
            sql.push(")");
        }
    }

    /// Adds the condition that an account of `accounts` is in the group, beginning with ` and `: asked of each account
    /// that is met.
    fn push_group(&self, sql: &mut Sql) {
        if let Some(group) = self.group {
            sql.push(" and exists (select 1 from group_members where group_members.group_id = ").bind(group);
            sql.push(" and group_members.account_id = accounts.id)");
        }
    }

    /// Adds the other conditions on the rows of `accounts`, each beginning with ` and `.
    fn push_others(&self, sql: &mut Sql, search: &Search<'_>) {
        if !self.statuses.is_empty() {
            sql.push(" and (");
            for (index, status) in self.statuses.iter().enumerate() {
                sql.push(if index > 0 { " or " } else { "" });
                push_status(sql, *status, search);
            }
            sql.push(")");
        }
        match self.role {
            None => {}
            Some(RoleFilter::Any) => drop(sql.push(" and roles > 0")),
            Some(RoleFilter::None) => drop(sql.push(" and roles = 0")),
            Some(RoleFilter::Role(role)) => {
                let bits = Roles::NONE.with(role).bits();
                sql.push(" and roles > 0 and (roles & ").bind(bits).push(") <> 0");
            }
        }
        if let Some(from) = self.created_from {
            sql.push(" and created_at >= ").bind(from);
        }
        if let Some(before) = self.created_before {
            sql.push(" and created_at < ").bind(before);
        }
        if let Some(since) = self.unused_since {
            sql.push(" and last_sign_in_at < ").bind(since);
        }
    }
}

/// Adds the conditions on values of attributes, each beginning with ` and `: asked of each account that is met.
fn push_conditions(sql: &mut Sql, dialect: Dialect, conditions: &[Condition]) {
    for condition in conditions {
        sql.push(" and exists (select 1 from account_values where account_values.account_id = accounts.id");
        // Of parts, the index by value knows nothing. Hidden in an expression, the attribute doesn't lead to it: SQLite
        // would look through all values of all accounts for each of them.
        let attribute = if condition.is_in_parts { "coalesce(attribute_id, account_id)" } else { "attribute_id" };
        sql.push(" and ").push(attribute).push(" = ").bind(condition.attribute).push(" and ");
        push_wanted(sql, dialect, condition);
        sql.push(dialect.for_each_row()).push(")");
    }
}

/// Adds ` from accounts where …` so that what a condition holds for comes first.
fn push_led_by(sql: &mut Sql, dialect: Dialect, condition: &Condition) {
    if dialect == Dialect::Sqlite && !condition.is_multi {
        // Account by account, as many as are wanted: SQLite would hold all identifiers of an `in (…)` in memory first.
        sql.push(" from (select account_id");
        push_holders(sql, dialect, condition);
        sql.push(") as holders cross join accounts on accounts.id = holders.account_id where true");
        return;
    }
    sql.push(" from accounts where id in (select account_id");
    push_holders(sql, dialect, condition);
    sql.push(")");
}

/// Adds ` from … where …` for the entries that a condition holds for.
fn push_holders(sql: &mut Sql, dialect: Dialect, condition: &Condition) {
    if dialect == Dialect::Sqlite && condition.is_in_parts && text::length(&condition.wanted) >= 3 {
        // A cross join keeps its order: the text index leads, for it knows how few there are.
        sql.push(" from account_value_text cross join account_values on account_values.seq = account_value_text.rowid");
        sql.push(" where account_value_text match ").bind(format!("\"{}\"", condition.wanted.replace('"', "\"\"")));
        sql.push(" and attribute_id = ").bind(condition.attribute);
        return;
    }
    sql.push(" from account_values where attribute_id = ").bind(condition.attribute).push(" and ");
    push_wanted(sql, dialect, condition);
}

fn push_wanted(sql: &mut Sql, dialect: Dialect, condition: &Condition) {
    if condition.is_in_parts {
        dialect.contains(sql, "account_values.value_n", &condition.wanted);
    } else {
        sql.push("account_values.value_n = ").bind(&condition.wanted);
    }
}

fn push_status(sql: &mut Sql, status: StatusFilter, search: &Search<'_>) {
    match status {
        StatusFilter::Status(status) => drop(sql.push("status = ").bind(status.rank())),
        StatusFilter::Locked => {
            sql.push("id in (select account_id from account_locks where organization_id = ").bind(search.organization);
            sql.push(" and (until is null or until > ").bind(search.now).push("))");
        }
        StatusFilter::PendingPasswordReset => drop(sql.push("must_change = 'admin'")),
        StatusFilter::PendingFirstPassword => drop(sql.push("(password_state = 'none' and invited_at is not null)")),
        StatusFilter::PendingEmailVerification => drop(sql.push("(email is not null and pending_email is not null)")),
        StatusFilter::PendingMobileVerification => {
            sql.push("(mobile is not null and (mobile_verified_at is null or pending_mobile is not null))");
        }
    }
}

/// All needles that the text index can look for, as one FTS5 expression; `None` when there is none.
fn phrases(needles: &[Needle]) -> Option<String> {
    let phrases: Vec<_> = needles.iter().filter(|needle| needle.is_in_text_index()).map(phrase).collect();
    (!phrases.is_empty()).then(|| phrases.join(" AND "))
}

/// One needle in any of its columns. A phrase of trigrams is found just where the text itself stands.
fn phrase(needle: &Needle) -> String {
    format!("({{{}}} : \"{}\")", needle.columns.join(" "), needle.text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_quoted_and_short_needles_are_not_looked_up() {
        let needle = |text: &str| Needle { columns: &["last_n", "first_n"], text: text.into() };
        assert_eq!(phrases(&[needle("ab")]), None);
        assert_eq!(phrases(&[needle("ab"), needle("a\"bc")]).as_deref(), Some("({last_n first_n} : \"a\"\"bc\")"));
    }
}
