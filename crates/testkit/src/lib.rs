//! A whole world in memory with a cast of people, on either database.

mod applicants;
mod cast;
mod databases;
mod mail_server;
mod mailbox;
mod situations;
mod sms_gateway;
mod world;

pub use cast::{Cast, PASSWORD};
pub use databases::{Database, databases};
pub use mail_server::{MailServer, Mood, Received};
pub use mailbox::Letter;
pub use situations::Situation;
pub use sms_gateway::{Answer, Request, SmsSink};
pub use world::{EmptyWorld, World};

/// Runs a test on SQLite and, when `REEVE_TEST_POSTGRES` names a server, on PostgreSQL.
///
/// ```ignore
/// on_each_database!(async fn disabling_twice_changes_nothing(world: World) { … });
/// ```
#[macro_export]
macro_rules! on_each_database {
    ($($(#[$meta:meta])* async fn $name:ident($world:ident: World) $body:block)+) => {$(
        $(#[$meta])*
        #[test]
        fn $name() {
            for database in $crate::databases() {
                $crate::block_on(async move {
                    let $world = $crate::World::on(database).await;
                    $body
                    $world.close().await;
                });
            }
        }
    )+};
}

/// Runs `test` on a runtime with two workers, as the server's is.
pub fn block_on<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime can be made")
        .block_on(test)
}
