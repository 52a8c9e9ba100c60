//! A folder of its own in which the program is started, and a server that ends with its test.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Longer than anything takes; a test that waits for it has failed.
const PATIENCE: Duration = Duration::from_mins(2);

/// A folder to start the program in.
pub(crate) struct Place {
    folder: TempDir,
}

/// What a finished command said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A server that runs; killed with this value.
pub(crate) struct Server {
    child: Child,
    /// Where it listens, as `127.0.0.1:34567`.
    pub(crate) address: String,
    /// What it printed for people.
    pub(crate) greeting: String,
    rest: Receiver<String>,
}

/// An answer to a request.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    /// What the browser is to keep, as it was written.
    pub(crate) cookies: Vec<String>,
}

impl Place {
    pub(crate) fn new() -> Self {
        Place { folder: tempfile::tempdir().expect("a folder for a test") }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("the file is written");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("the file is there")
    }

    /// The program with these arguments, without configuration of the surroundings.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reeve"));
        command.args(arguments);
        self.at_home(&mut command);
        command
    }

    /// A line for the shell, in which `$PROGRAM` is the program.
    pub(crate) fn shell(&self, line: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", line]);
        self.at_home(&mut command);
        command.env("PROGRAM", env!("CARGO_BIN_EXE_reeve"));
        command
    }

    fn at_home(&self, command: &mut Command) {
        for (name, _) in std::env::vars_os()
            .filter(|(name, _)| ["REEVE_", "SMTP_"].iter().any(|start| name.to_string_lossy().starts_with(start)))
        {
            command.env_remove(name);
        }
        command.current_dir(self.folder.path()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        finish(&mut self.command(arguments))
    }

    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Said {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().expect("the program starts");
        // A program that ends without reading is the test's business, not ours.
        let _ = child.stdin.take().expect("it has an input").write_all(input.as_bytes());
        Said::from(child.wait_with_output().expect("the program ends"))
    }

    /// Makes a super administrator, so that the server is in use.
    pub(crate) fn appoint(&self, username: &str) -> Said {
        let email = format!("{username}@example.com");
        let names = ["--first-name", "Sophia", "--last-name", "Super", "--password-stdin"];
        let mut arguments = vec!["admin", "create", "--username", username, "--email", &email];
        arguments.extend(names);
        self.run_with_input(&arguments, "plum tunnel orchid lantern 47\n")
    }

    /// As [`Place::serve`], with further variables.
    pub(crate) fn serve_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Server {
        let mut all = arguments.to_vec();
        all.extend(["--listen", "127.0.0.1:0"]);
        Server::start(self.command(&all).envs(variables.iter().copied()))
    }

    /// Starts a server on a free port and waits until it has greeted.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Server {
        let mut all = arguments.to_vec();
        all.extend(["--listen", "127.0.0.1:0"]);
        Server::start(&mut self.command(&all))
    }
}

/// Comes back when `holds` does; fails, instead of waiting for ever, if that takes longer than anything does.
pub(crate) fn wait_until(mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "it was waited for in vain");
    }
}

pub(crate) fn finish(command: &mut Command) -> Said {
    Said::from(command.output().expect("the program starts"))
}

impl From<std::process::Output> for Said {
    fn from(output: std::process::Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program says text");
        Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Server {
    fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().expect("the program starts");
        let lines = read_lines(child.stdout.take().expect("it has an output"));
        let log = read_lines(child.stderr.take().expect("it has a log"));
        let mut server = Server { child, address: String::new(), greeting: String::new(), rest: lines };
        // The log says it when the greeting is out.
        let started = loop {
            match log.recv_timeout(PATIENCE) {
                Ok(line) if line.contains("started") => break true,
                Ok(line) => writeln!(server.greeting, "[log] {line}").expect("memory"),
                Err(_) => break false,
            }
        };
        while let Ok(line) = server.rest.recv_timeout(Duration::from_millis(if started { 200 } else { 0 })) {
            server.greeting.push_str(&line);
            server.greeting.push('\n');
        }
        assert!(started, "the server did not start: {}", server.greeting);
        let url = server.line_with("Address ").trim_start_matches("Address").trim().to_owned();
        url.split("//").nth(1).expect("a URL").clone_into(&mut server.address);
        server.rest = log;
        server
    }

    /// The first line of the greeting that begins so.
    pub(crate) fn line_with(&self, start: &str) -> &str {
        let found = self.greeting.lines().find(|line| line.starts_with(start));
        found.unwrap_or_else(|| panic!("no line begins with {start:?} in:\n{}", self.greeting))
    }

    /// The path of the link for the first administrator, if one was printed.
    pub(crate) fn set_up_path(&self) -> Option<&str> {
        self.greeting.find("/setup/").map(|start| self.greeting[start..].lines().next().expect("a line").trim())
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.get_with(path, "")
    }

    /// Asks with further lines in the head, each with its line break.
    pub(crate) fn get_with(&self, path: &str, head: &str) -> Answer {
        let address = &self.address;
        ask(address, &format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{head}\r\n"))
    }

    /// A connection on which nothing was said yet.
    pub(crate) fn connect(&self) -> TcpStream {
        connect(&self.address)
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status();
        assert!(sent.expect("kill can be called").success());
    }

    pub(crate) fn wait_for_log(&self, text: &str) {
        while !self.rest.recv_timeout(PATIENCE).expect("the server logs it").contains(text) {}
    }

    /// Sends SIGTERM and waits; answers the exit code and what was logged since the start.
    pub(crate) fn stop(self) -> (Option<i32>, String) {
        self.signal("TERM");
        self.wait()
    }

    /// Waits for its end; answers as [`Server::stop`].
    pub(crate) fn wait(mut self) -> (Option<i32>, String) {
        let status = self.child.wait().expect("the server ends");
        let mut log = String::new();
        while let Ok(line) = self.rest.recv_timeout(PATIENCE) {
            log.push_str(&line);
            log.push('\n');
        }
        (status.code(), log)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
        let as_written = String::from_utf8_lossy(&bytes[..end]);
        let cookies = as_written.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
        let cookies = cookies.map(str::to_owned).collect();
        let head = as_written.to_lowercase();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        Answer { status, head, body: bytes[end + 4..].to_vec(), cookies }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
    }
}

/// Sends a whole request, which ends its connection.
pub(crate) fn ask(address: &str, request: &str) -> Answer {
    let mut stream = connect(address);
    stream.write_all(request.as_bytes()).expect("the server reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the server answers");
    Answer::read(&answer)
}

fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    stream
}

/// Whether only the owner may use a file or folder.
pub(crate) fn is_private(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).expect("it is there").permissions().mode().trailing_zeros() >= 6
}

fn read_lines(source: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(source).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}
