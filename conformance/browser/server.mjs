// Starts the built server with invented people, and ends it.
import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;

/** Runs `reeve demo` in a fresh folder; answers its address, who may sign in, and how to stop it. */
export async function startServer(reeve, people) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "reeve-browser-"));
  const listen = `127.0.0.1:${await freePort()}`;
  const child = spawn(reeve, ["demo", "--data", path.join(folder, "data"), "--listen", listen, "--people", String(people)], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
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

  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const line = output.match(/^Sign in: (\S+)\/sign-in as (.+) with (.+)$/m);
    if (line) return { base: line[1], username: line[2].trim(), password: line[3].trim(), stop, log: () => output, hasEnded: () => ended };
    if (ended || Date.now() > deadline) {
      await stop();
      throw new Error(`the server did not say "Sign in: …": ${ended || "no answer in time"}\n${output}`);
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
