//! File systems of one's own: small ones, and such that can't be written.

use std::process::{Command, Stdio};

/// Says to a test that it runs where it may mount.
const INSIDE: &str = "TEST_MAY_MOUNT";

/// Runs `test`, which is the test of this name, where it may mount what nobody else sees: in a process of its own.
/// Where that isn't permitted, a word about it is all.
pub(crate) fn where_one_may_mount(name: &str, test: impl FnOnce()) {
    if std::env::var_os(INSIDE).is_some() {
        return test();
    }
    let ways: [&[&str]; 2] = [&["--user", "--map-root-user", "--mount"], &["--mount"]];
    let may = |way: &&&[&str]| {
        let mut trial = Command::new("unshare");
        trial.args(**way).args(["mount", "-t", "tmpfs", "tmpfs", "/tmp"]).stderr(Stdio::null());
        trial.status().is_ok_and(|status| status.success())
    };
    let Some(way) = ways.iter().find(may) else {
        eprintln!("left out: nobody may mount file systems here, neither as root nor in a name space of their own");
        return;
    };
    let program = std::env::current_exe().expect("a test has a program");
    let mut again = Command::new("unshare");
    again.args(*way).arg(program).args([name, "--exact", "--nocapture"]).env(INSIDE, "1");
    let output = again.output().expect("it starts");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

/// Calls `mount`.
pub(crate) fn mount(arguments: &[&str]) {
    let done = Command::new("mount").args(arguments).status();
    assert!(done.expect("mount can be called").success(), "mount {arguments:?}");
}
