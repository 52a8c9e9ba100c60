// Starts the built server in a folder of its own, and ends it.
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;

/** A server with invented people; knows who may sign in. */
export async function startDemo(reeve, people) {
  const server = await start(reeve, ["demo", "--people", String(people)], /^Sign in: (\S+)\/sign-in as (.+) with (.+)$/m);
  const [, base, username, password] = server.said;
  return { ...server, base, username: username.trim(), password: password.trim() };
}

/** A server that nobody is in charge of; knows the path of its set-up link. */
export async function startEmpty(reeve) {
  const server = await start(reeve, ["serve"], /^\s*(http\S+)(\/setup\/\S+)$/m);
  const [, base, setUp] = server.said;
  return { ...server, base, setUp };
}

/** Runs a command of the program until it says `greeting`. */
async function start(reeve, command, greeting) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "reeve-browser-"));
  const data = path.join(folder, "data");
  const listen = `127.0.0.1:${await freePort()}`;
  const child = spawn(reeve, [...command, "--data", data, "--listen", listen], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let ended = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  child.on("error", (error) => (ended = error.message));
  child.on("exit", (code, signal) => (ended = `it ended with ${signal ?? code}`));
  const killOurs = () => child.kill("SIGKILL");
  process.once("exit", killOurs);

  const stop = async () => {
    child.kill("SIGTERM");
    const deadline = Date.now() + STOP_TIMEOUT_MS;
    while (!ended && Date.now() < deadline) await sleep(20);
    killOurs();
    process.removeListener("exit", killOurs);
    fs.rmSync(folder, { recursive: true, force: true });
  };
  /** A command beside the running server, with a line of input. */
  const commandLine = (words, input) => execFileSync(reeve, [...words, "--data", data], { cwd: folder, input: `${input}\n`, stdio: "pipe" });

  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const said = output.match(greeting);
    if (said) return { said, stop, commandLine: commandLine, log: () => output, hasEnded: () => ended };
    if (ended || Date.now() > deadline) {
      await stop();
      throw new Error(`the server did not say ${greeting}: ${ended || "no answer in time"}\n${output}`);
    }
    await sleep(20);
  }
}

function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
