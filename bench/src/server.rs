//! The built server, over HTTP: a session is opened on its database, then pages are asked for on one connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use base::Secret;
use identity::accounts::{self, Column, Filter};
use identity::sign_in::{self, SignIn};

use crate::Bench;
use crate::administrator::{PASSWORD, USERNAME, appointed};
use crate::measure::Timing;
use crate::process::{cpu_ms, memory_of_mib};

pub(crate) async fn measure(bench: &mut Bench, reeve: &Path, url: &str, folder: &Path) -> Result<()> {
    let cookie = session(bench).await?;
    let ids = bench
        .identity
        .read(&bench.caller, async |op| accounts::matching_ids(op, &Filter::default(), None, 200).await)
        .await?;
    let mut server = Server::start(reeve, url, folder)?;
    bench.table.single("start of the server to its first answer", server.started_in, Some(Duration::from_millis(300)));
    bench.table.note(&format!("memory of the server, idle: {} MiB (goal 50)", server.memory_mib()));
    // The kernel counts processor time in hundredths of a second: fewer would tell nothing.
    let many = 5_000;
    let times = bench.times;
    let (health, health_cpu) = server.time(many, &cookie, |_| "/healthz".into())?;
    bench.table.control("HTTP: /healthz (the control from here on)", &health);
    let (one, one_cpu) = server.time(many, &cookie, |n| format!("/console/users/{}.json", ids[n % ids.len()]))?;
    bench.table.timing("HTTP: one account as JSON", &one, None);
    bench.table.note(&format!(
        "processor time of one account as JSON: {:.0} µs, {:.1} times /healthz ({:.0} µs; goal 5 times)",
        one_cpu * 1e6,
        one_cpu / health_cpu.max(1e-9),
        health_cpu * 1e6,
    ));
    let (list, _) = server.time(times.min(200), &cookie, |_| "/console/users".into())?;
    bench.table.timing("HTTP: the first page of the list", &list, Some(Duration::from_millis(100)));
    for column in Column::ALL {
        let (jump, _) = server.time(times.min(100), &cookie, |n| {
            format!("/console/users?sort={}&dir=desc&page={}", column.code(), 1 + (n * 7_919) % 30_000)
        })?;
        let name = format!("HTTP: any page by {}, descending", column.code());
        bench.table.timing(&name, &jump, Some(Duration::from_millis(50)));
    }
    let needles = ["christop", "lis", "son", "zhang12", "user0012345", "maja+andersson", "zzzz", "an"];
    let (search, _) =
        server.time(times.min(100), &cookie, |n| format!("/console/users?q={}", needles[n % needles.len()]))?;
    bench.table.timing("HTTP: search anywhere", &search, Some(Duration::from_millis(100)));
    bench.table.note(&format!("memory of the server after all of this: {} MiB (goal 100)", server.memory_mib()));
    Ok(())
}

/// Opens a session for a user administrator; answers the cookie's value.
async fn session(bench: &Bench) -> Result<String> {
    appointed(bench).await?;
    let (identity, caller) = (&bench.identity, &bench.caller);
    match sign_in::with_password(identity, caller, USERNAME, Secret::new(PASSWORD), None).await? {
        SignIn::Granted { session, .. } => Ok(format!("reeve-session={}", session.token.expose())),
        other => anyhow::bail!("the administrator can't sign in: {other:?}"),
    }
}

struct Server {
    child: Child,
    connection: BufReader<TcpStream>,
    started_in: Duration,
}

impl Server {
    #[expect(clippy::disallowed_methods, reason = "a bench looks at the clock, and is its own client")]
    fn start(reeve: &Path, url: &str, folder: &Path) -> Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let begin = Instant::now();
        let mut child = Command::new(reeve)
            .args(["--listen", &address.to_string(), "--database", url, "--data"])
            .arg(folder)
            .env("REEVE_LOG_LEVEL", "warn")
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .context("the server can't be started")?;
        loop {
            if let Ok(connection) = TcpStream::connect(address) {
                connection.set_nodelay(true)?;
                let mut server = Server { child, connection: BufReader::new(connection), started_in: Duration::ZERO };
                server.get("/readyz", "")?;
                server.started_in = begin.elapsed();
                return Ok(server);
            }
            ensure!(child.try_wait()?.is_none() && begin.elapsed().as_secs() < 30, "the server doesn't start");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn id(&self) -> String {
        self.child.id().to_string()
    }

    fn memory_mib(&self) -> u64 {
        memory_of_mib(&self.id())
    }

    /// Asks `times` times; answers how long it took, and the server's processor time for each in seconds.
    #[expect(clippy::disallowed_methods, reason = "a bench looks at the clock")]
    fn time(&mut self, times: usize, cookie: &str, path: impl Fn(usize) -> String) -> Result<(Timing, f64)> {
        self.get(&path(0), cookie)?;
        let cpu = cpu_ms(&self.id());
        let mut spans = Vec::with_capacity(times);
        for n in 0..times {
            let path = path(n);
            let begin = Instant::now();
            self.get(&path, cookie)?;
            spans.push(begin.elapsed());
        }
        let cpu = u32::try_from(cpu_ms(&self.id()) - cpu)?;
        Ok((Timing::of(spans), f64::from(cpu) / 1e3 / f64::from(u32::try_from(times)?)))
    }

    /// Asks for one page, which must be there.
    fn get(&mut self, path: &str, cookie: &str) -> Result<()> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n");
        self.connection.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        self.connection.read_line(&mut line)?;
        ensure!(line.contains(" 200 "), "{path}: {line}");
        let mut length = None;
        loop {
            line.clear();
            self.connection.read_line(&mut line)?;
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = Some(value.trim().parse::<usize>()?);
            }
            if line.trim().is_empty() {
                break;
            }
        }
        match length {
            Some(length) => {
                let mut body = vec![0; length];
                self.connection.read_exact(&mut body)?;
            }
            None => self.read_chunks()?,
        }
        Ok(())
    }

    fn read_chunks(&mut self) -> Result<()> {
        loop {
            let mut line = String::new();
            self.connection.read_line(&mut line)?;
            let length = usize::from_str_radix(line.trim(), 16)?;
            let mut chunk = vec![0; length + 2];
            self.connection.read_exact(&mut chunk)?;
            if length == 0 {
                return Ok(());
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
