//! Everything in a transaction happens, or nothing does.

use store::{Db, Error, Tx, params, values};

const INSERT: &str = "insert into counters (organization_id, name, shard, n) values ($1, $2, 0, 1)";

fn organization() -> uuid::Uuid {
    uuid::Uuid::from_u128(7)
}

async fn add(tx: &mut Tx, name: &str) -> store::Result<u64> {
    tx.execute(INSERT, params![organization(), name]).await
}

async fn names(db: &Db) -> Vec<String> {
    let mut tx = db.begin_read().await.unwrap();
    tx.all("select name from counters order by name", &[], |row| row.get(0)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_dropped_is_undone_and_what_is_committed_lasts() {
    super::on_each(async |db: Db| {
        let mut tx = db.begin_write().await.unwrap();
        add(&mut tx, "dropped").await.unwrap();
        drop(tx);
        let mut tx = db.begin_write().await.unwrap();
        add(&mut tx, "kept").await.unwrap();
        assert_eq!(tx.writes(), 1);
        tx.commit().await.unwrap();
        assert_eq!(names(&db).await, ["kept"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_step_undoes_only_itself() {
    super::on_each(async |db: Db| {
        let mut tx = db.begin_write().await.unwrap();
        add(&mut tx, "a").await.unwrap();
        let writes = tx.writes();
        tx.savepoint().await.unwrap();
        add(&mut tx, "b").await.unwrap();
        assert!(matches!(add(&mut tx, "a").await, Err(Error::NotUnique(_))));
        tx.undo_to_savepoint(writes).await.unwrap();
        assert_eq!(tx.writes(), 1);
        add(&mut tx, "c").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(names(&db).await, ["a", "c"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_sees_one_snapshot_and_can_not_write() {
    super::on_each(async |db: Db| {
        let mut reader = db.begin_read().await.unwrap();
        let count = "select count(*) from counters";
        assert_eq!(reader.one(count, &[], |row| row.get::<i64>(0)).await.unwrap(), 0);
        let mut writer = db.begin_write().await.unwrap();
        add(&mut writer, "a").await.unwrap();
        writer.commit().await.unwrap();
        assert_eq!(reader.one(count, &[], |row| row.get::<i64>(0)).await.unwrap(), 0);
        assert!(add(&mut reader, "b").await.is_err());
        drop(reader);
        assert_eq!(names(&db).await, ["a"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_tasks_read_and_write_at_once() {
    super::on_each(async |db: Db| {
        let tasks: Vec<_> = (0..20)
            .map(|n| {
                let db = db.clone();
                tokio::spawn(async move {
                    let mut tx = db.begin_write().await.unwrap();
                    add(&mut tx, &format!("n{n}")).await.unwrap();
                    tx.commit().await.unwrap();
                    names(&db).await.len()
                })
            })
            .collect();
        for task in tasks {
            assert!(task.await.unwrap() >= 1);
        }
        assert_eq!(names(&db).await.len(), 20);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_unavailable() {
    let db = Db::open("postgres://nobody@127.0.0.1:1/none", store::Options { connections: 1 }).unwrap();
    assert!(matches!(db.begin_read().await, Err(Error::Unavailable(_))));
    assert!(Db::open("mysql://somewhere", store::Options { connections: 1 }).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_measures_a_table_that_very_many_rows_came_to_at_once() {
    let Some(db) = super::postgres().await else { return };
    db.migrate(&base::Clock::System).await.unwrap();
    let known = "select reltuples::bigint from pg_class where oid = 'counters'::regclass";
    let mut tx = db.begin_write().await.unwrap();
    assert!(tx.one(known, &[], |row| row.get::<i64>(0)).await.unwrap() <= 0);
    let rows: Vec<_> = (0..5_000_i64).map(|shard| values![organization(), "made", shard, 1_i64]).collect();
    tx.insert("counters (organization_id, name, shard, n)", &rows, "").await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = db.begin_read().await.unwrap();
    assert_eq!(tx.one(known, &[], |row| row.get::<i64>(0)).await.unwrap(), 5_000);
}
