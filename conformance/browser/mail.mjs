// A mail server that takes every mail and keeps it, for journeys that go on in somebody's letters.
import assert from "node:assert/strict";
import net from "node:net";

/** Longer than the server waits before it looks into its outbox, also on a busy machine. */
const PATIENCE_MS = 30_000;

/** Starts it at a port of its own. */
export async function startMailServer() {
  const letters = [];
  const server = net.createServer((socket) => converse(socket, (letter) => letters.push(letter)));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  return {
    port,
    letterTo: (address, subject) => letterTo(letters, address, subject),
    stop: () => server.close(),
  };
}

/** The last letter to an address with such a subject, as soon as it came. */
async function letterTo(letters, address, subject) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = letters.findLast((letter) => letter.to.includes(address) && subject.test(letter.subject));
    if (found) return found;
    if (Date.now() > deadline) {
      const there = letters.filter((letter) => letter.to.includes(address)).map((letter) => letter.subject);
      assert.fail(`no letter ${subject} came to ${address}, but: ${there.join("; ") || "none"}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** As much of SMTP as somebody needs who refuses nothing (RFC 5321). */
function converse(socket, keep) {
  let rest = "";
  let to = [];
  let lines;
  const say = (text) => socket.write(`${text}\r\n`);
  const hear = (line) => {
    if (lines) {
      if (line !== ".") return lines.push(line.startsWith(".") ? line.slice(1) : line);
      keep(read(to, lines));
      [to, lines] = [[], undefined];
      return say("250 kept");
    }
    const word = line.slice(0, 4).toUpperCase();
    if (word === "RCPT") to.push(/<(.*)>/.exec(line)[1]);
    if (word === "RSET") to = [];
    if (word === "DATA") lines = [];
    if (word === "EHLO") return say("250-local\r\n250 8BITMIME");
    if (word === "DATA") return say("354 go on");
    if (word === "QUIT") return socket.end("221 bye\r\n");
    return say("250 so be it");
  };
  socket.on("error", () => {});
  socket.on("data", (chunk) => {
    const parts = (rest + chunk.toString("latin1")).split("\r\n");
    rest = parts.pop();
    parts.forEach(hear);
  });
  say("220 local ESMTP");
}

/** What was sent: to whom, its subject and its plain text. */
function read(to, lines) {
  const { head, body } = split(lines.join("\n"));
  return { to, subject: words(field(head, "subject")), text: plain(head, body) };
}

function split(text) {
  const end = text.indexOf("\n\n");
  return { head: text.slice(0, end).replace(/\n[ \t]+/g, " "), body: text.slice(end + 2) };
}

function field(head, name) {
  return new RegExp(`^${name}:\\s*(.*)$`, "im").exec(head)?.[1] ?? "";
}

/** The first part of a mail that is plain text. */
function plain(head, body) {
  const boundary = /boundary="?([^";]+)"?/i.exec(field(head, "content-type"))?.[1];
  if (boundary) {
    const parts = body.split(`--${boundary}`).slice(1, -1).map((part) => split(part.replace(/^\n/, "")));
    const texts = parts.map((part) => plain(part.head, part.body));
    return texts.find((text) => text !== undefined);
  }
  if (!/^text\/plain/i.test(field(head, "content-type"))) return undefined;
  return decoded(field(head, "content-transfer-encoding"), body);
}

function decoded(encoding, text) {
  if (/base64/i.test(encoding)) return Buffer.from(text, "base64").toString("utf8");
  if (!/quoted-printable/i.test(encoding)) return Buffer.from(text, "latin1").toString("utf8");
  const bytes = text.replace(/=\n/g, "").replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** A header with encoded words (RFC 2047). */
function words(text) {
  const word = (_, encoding, inside) => decoded(/b/i.test(encoding) ? "base64" : "quoted-printable", inside.replaceAll("_", " "));
  return text.replace(/\?=\s+=\?/g, "?==?").replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, word);
}
