//! The schema is the same on both databases.

use std::collections::BTreeSet;

use base::Clock;
use store::{Db, Dialect, MigrateError, Options, params};

/// Every `table.column`, and every index, of the migrations' own making.
async fn shape(db: &Db) -> BTreeSet<String> {
    let mut tx = db.begin_read().await.unwrap();
    let (columns, indexes) = match db.dialect() {
        Dialect::Sqlite => (
            "select m.name || '.' || c.name from sqlite_master m join pragma_table_info(m.name) c
             where m.type = 'table' and m.name not like 'sqlite%' and m.name not like 'account_text%'
             and m.name not like 'account_value_text%'",
            "select 'index ' || name from sqlite_master where type = 'index' and name not like 'sqlite%'",
        ),
        Dialect::Postgres => (
            "select table_name || '.' || column_name from information_schema.columns where table_schema = 'public'",
            "select 'index ' || indexname from pg_indexes where schemaname = 'public'
             and indexname not like '%_pkey' and indexname not like '%_key' and indexname not in ('account_text', 'account_value_text')",
        ),
    };
    let mut shape: BTreeSet<String> = tx.all(columns, &[], |row| row.get(0)).await.unwrap().into_iter().collect();
    shape.extend(tx.all(indexes, &[], |row| row.get::<String>(0)).await.unwrap());
    shape
}

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_have_the_same_tables_columns_and_indexes() {
    let (_folder, sqlite) = super::sqlite();
    sqlite.migrate(&Clock::System).await.unwrap();
    let Some(postgres) = super::postgres().await else { return };
    postgres.migrate(&Clock::System).await.unwrap();
    let (sqlite, postgres) = (shape(&sqlite).await, shape(&postgres).await);
    assert!(sqlite.len() > 100, "{sqlite:?}");
    assert_eq!(sqlite, postgres);
}

#[tokio::test(flavor = "multi_thread")]
async fn migrating_twice_changes_nothing_and_a_changed_or_newer_schema_is_left_alone() {
    super::on_each(async |db: Db| {
        assert_eq!(db.migrate(&Clock::System).await.unwrap(), [""; 0]);
        let mut tx = db.begin_write().await.unwrap();
        let sql = "insert into schema_migrations (name, checksum, applied_at) values ($1, $2, $3)";
        tx.execute(sql, params!["9999_future", vec![1_u8], 0_i64]).await.unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(db.migrate(&Clock::System).await, Err(MigrateError::Newer(name)) if name == "9999_future"));
        let mut tx = db.begin_write().await.unwrap();
        tx.execute("delete from schema_migrations where name = '9999_future'", &[]).await.unwrap();
        tx.execute("update schema_migrations set checksum = $1 where name like '0001%'", params![vec![0_u8]])
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(db.migrate(&Clock::System).await, Err(MigrateError::Changed(_))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_may_migrate_at_once() {
    for db in [Some(super::sqlite().1), super::postgres().await].into_iter().flatten() {
        let tasks: Vec<_> = (0..4)
            .map(|_| db.clone())
            .map(|db| tokio::spawn(async move { db.migrate(&Clock::System).await }))
            .collect();
        let mut applied = Vec::new();
        for task in tasks {
            applied.extend(task.await.unwrap().unwrap());
        }
        applied.sort_unstable();
        assert_eq!(applied, store::migrations().iter().map(|migration| migration.name).collect::<Vec<_>>());
    }
}

#[test]
fn several_processes_may_open_a_new_file_at_once() {
    for _ in 0..40 {
        let folder = tempfile::tempdir().expect("a folder for a test");
        let url = format!("sqlite:{}", folder.path().join("reeve.db").display());
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| Db::open(&url, Options { connections: 2 }).expect("it opens"));
            }
        });
    }
}
