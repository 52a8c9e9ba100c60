//! Every value comes back as it went in.

use proptest::prelude::*;
use serde_json::json;
use store::{Db, Value, params};
use uuid::Uuid;

/// Writes the parts of an audit entry, which has a column of each type, and reads them back.
async fn there_and_back(db: &Db, id: Uuid, text: &str, number: i64, json: serde_json::Value) {
    let mut tx = db.begin_write().await.unwrap();
    tx.execute(
        "insert into audit_events (id, organization_id, at, event, actor_kind, actor_id, actor_name, door, target_kind,
             target_id, target_name, request_id, address, details)
         values ($1, $1, $2, $3, '', $4, '', '', '', $1, '', $1, $5, $6)",
        params![id, number, text, None::<Uuid>, None::<String>, json.clone()],
    )
    .await
    .unwrap();
    let back = tx
        .one("select id, at, event, actor_id, address, details from audit_events where id = $1", params![id], |row| {
            Ok((
                row.get::<Uuid>(0)?,
                row.get::<i64>(1)?,
                row.get::<String>(2)?,
                row.get::<Option<Uuid>>(3)?,
                row.get::<Option<String>>(4)?,
                row.get::<serde_json::Value>(5)?,
            ))
        })
        .await
        .unwrap();
    assert_eq!(back, (id, number, text.to_owned(), None, None, json));
}

#[tokio::test(flavor = "multi_thread")]
async fn extreme_values_survive() {
    super::on_each(async |db: Db| {
        let mut n = 0;
        for text in ["", "é\u{301}💥", "'; drop table audit_events; --", "$1 ?1 \\ %", &"x".repeat(100_000)] {
            for number in [0, -1, i64::MIN, i64::MAX] {
                n += 1;
                there_and_back(&db, Uuid::from_u128(n), text, number, json!({ "a": [text, number, null, true] })).await;
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_and_flags_and_plain_json_survive() {
    super::on_each(async |db: Db| {
        let id = Uuid::from_u128(1);
        let mut tx = db.begin_write().await.unwrap();
        tx.execute("insert into organizations (id, handle, name, created_at) values ($1, 'h', 'n', 0)", params![id])
            .await
            .unwrap();
        for (key, value) in [
            ("number", json!(25)),
            ("flag", json!(true)),
            ("text", json!("25")),
            ("null", json!(null)),
            ("big", json!(10.5)),
        ] {
            let put = "insert into settings (organization_id, key, value, modified_at) values ($1, $2, $3, 0)";
            tx.execute(put, params![id, key, value.clone()]).await.unwrap();
            let get = "select value from settings where organization_id = $1 and key = $2";
            assert_eq!(
                tx.one(get, params![id, key], |row| row.get::<serde_json::Value>(0)).await.unwrap(),
                value,
                "{key}"
            );
        }
        let bytes: Vec<u8> = (0..=255).collect();
        tx.execute(
            "insert into attempts (subject, failures, window_began_at, blocked_until, blocks) values ($1, 0, 0, 0, 0)",
            &[Value::Bytes(bytes.clone())],
        )
        .await
        .unwrap();
        assert_eq!(tx.one("select subject from attempts", &[], |row| row.get::<Vec<u8>>(0)).await.unwrap(), bytes);
        assert!(
            tx.one("select subject from attempts", &[], |row| row.get::<i64>(0)).await.is_err(),
            "another type is an error"
        );
    })
    .await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]
    #[test]
    fn any_text_survives(texts in proptest::collection::vec("\\PC*", 1..8), number in any::<i64>()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let (_folder, db) = super::sqlite();
            db.migrate(&base::Clock::System).await.unwrap();
            for (n, text) in texts.iter().enumerate() {
                there_and_back(&db, Uuid::from_u128(n as u128), text, number, json!({ "text": text })).await;
            }
        });
    }
}
