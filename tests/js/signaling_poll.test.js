/** Long poll against a small server: what is lost on the way is asked for again, and how it ends is told as of a socket. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

const browserFetch = globalThis.fetch;
const server = createServer();
const waiting = [];
let answers = () => ({});
let asked = [];
let PollSocket;

/** One request at a time: its act and body go to `answers`, which returns a status, a body, or nothing for a cut line. */
server.on("request", (request, response) => {
  let text = "";
  request.on("data", (piece) => (text += piece));
  request.on("end", () => {
    const act = request.url.split("/").pop();
    const body = text ? JSON.parse(text) : null;
    asked.push([act, body]);
    const said = answers(act, body, request.headers["window-channel"]);
    if (said === null) return response.destroy();
    if (said === "wait") return waiting.push(response);
    response.writeHead(said.status ?? 200, { "Content-Type": "application/json" });
    response.end(JSON.stringify(said));
  });
});

before(async () => {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${server.address().port}`;
  globalThis.fetch = (path, init) => browserFetch(base + path, init);
  globalThis.window = new EventTarget();
  globalThis.location = { href: "http://window.example/" };
  ({ PollSocket } = await import("#signaling/poll_socket.js"));
});

after(() => {
  globalThis.fetch = browserFetch;
  server.closeAllConnections();
  server.close();
});

/** Open a socket whose server answers so; return it and what it heard. */
function open(answer) {
  [answers, asked] = [answer, []];
  const socket = new PollSocket();
  const heard = [];
  socket.onmessage = ({ data }) => heard.push(data);
  return [socket, heard, new Promise((resolve) => (socket.onclose = ({ code }) => resolve(code)))];
}

const opened = (name) => ({ channel: `${name}.secret` });

test("it opens with a fresh name, and all else goes by the id that it was given", async () => {
  const names = [];
  const [socket, , closed] = open((act, _body, channel) => {
    names.push(channel);
    return act === "open" ? opened(channel) : { first: 1, frames: [], closed: { code: 4003 } };
  });
  await new Promise((resolve) => (socket.onopen = resolve));
  assert.equal(await closed, 4003);
  assert.match(names[0], /^[0-9a-f]{32}$/);
  assert.deepEqual(names.slice(1), [`${names[0]}.secret`]);
});

test("an answer that is lost is asked for again from where it was, and each frame is heard once", async () => {
  let polls = 0;
  const [, heard, closed] = open((act, body, channel) => {
    if (act === "open") return opened(channel);
    polls += 1;
    if (polls === 1) return { first: 1, frames: ["a", "b"], closed: null };
    if (polls === 2) return null; // the line breaks
    if (polls === 3) return { status: 502 }; // a proxy's own answer
    return { first: body.seen + 1, frames: ["c"], closed: { code: 4001 } };
  });
  assert.equal(await closed, 4001);
  assert.deepEqual(heard, ["a", "b", "c"]);
  assert.deepEqual(asked.filter(([act]) => act === "poll").map(([, { seen }]) => seen), [0, 2, 2, 2]); // biome-ignore format: a line
});

test("frames go one request after the other, numbered, and the very same again where there was no answer", async () => {
  let sends = 0;
  const [socket, ,] = open((act, body, channel) => {
    if (act === "open") return opened(channel);
    if (act !== "send") return "wait";
    sends += 1;
    return sends === 1 ? null : { received: body.first + body.frames.length - 1 };
  });
  for (const text of ["one", "two", "three"]) socket.send(text);
  while (sends < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  socket.send("four");
  while (sends < 3) await new Promise((resolve) => setTimeout(resolve, 10));
  const sent = asked.filter(([act]) => act === "send").map(([, body]) => body);
  assert.deepEqual(sent[0], { first: 1, frames: ["one", "two", "three"] });
  assert.deepEqual(sent[1], sent[0]);
  assert.deepEqual(sent[2], { first: 4, frames: ["four"] });
  socket.close();
});

test("a frame that a page fails at stops no other, and a page that has closed hears no more", async () => {
  const told = [];
  globalThis.reportError = (problem) => told.push(problem.message);
  const [socket, heard, closed] = open((act, body, channel) =>
    act === "open"
      ? opened(channel)
      : body?.seen
        ? "wait"
        : { first: 1, frames: ["bad", "good", "late"], closed: null },
  );
  socket.onmessage = ({ data }) => {
    if (data === "bad") throw new Error(data);
    heard.push(data);
    socket.close();
  };
  assert.equal(await closed, 1000);
  assert.deepEqual([told, heard], [["bad"], ["good"]]);
});

test("a channel that is gone is a lost socket, and a page that is left says so", async () => {
  const [, , gone] = open((act, _, channel) => (act === "open" ? opened(channel) : { status: 404 }));
  assert.equal(await gone, 1006);
  const [socket, , closed] = open((act, _, channel) =>
    act === "open" ? opened(channel) : act === "poll" ? "wait" : {},
  );
  await new Promise((resolve) => (socket.onopen = resolve));
  window.dispatchEvent(new Event("pagehide"));
  assert.equal(await closed, 1000);
  while (asked.at(-1)?.[0] !== "close") await new Promise((resolve) => setTimeout(resolve, 10));
});

test("where sockets are stopped it goes by long poll, a reload too, until one works again", async () => {
  globalThis.WebSocket = class {
    close() {}
  };
  answers = () => "wait";
  const { Ways } = await import("#signaling/ways.js");
  const ways = new Ways();
  assert.ok(ways.connect() instanceof WebSocket);
  assert.equal(ways.detour(), true);
  assert.equal(ways.detour(), false, "there is no third way");
  const way = ways.connect();
  assert.ok(way instanceof PollSocket);
  assert.equal(
    ways.works(way, () => {}),
    true,
  );
  ways.stop();
  const reloaded = new Ways();
  const again = reloaded.connect();
  assert.ok(again instanceof PollSocket);
  assert.equal(
    reloaded.works(new WebSocket(), () => {}),
    false,
  );
  assert.ok(new Ways().connect() instanceof WebSocket);
  for (const each of [way, again]) each.close();
});

test("only one trial of a socket is under way, and none once the way is another or the page is closed", async (t) => {
  const { Ways } = await import("#signaling/ways.js");
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const probes = [];
  globalThis.WebSocket = class {
    constructor() {
      probes.push(this);
    }
    send() {}
    close() {
      this.isClosed = true;
      this.onclose?.();
    }
  };
  answers = () => "wait";
  const ways = new Ways();
  ways.detour();
  const way = ways.connect();
  let wentBack = 0;
  const goBack = () => wentBack++;
  ways.works(way, goBack);
  t.mock.timers.tick(5 * 60_000);
  assert.equal(probes.length, 1);
  ways.works(way, goBack); // the page came back by long poll meanwhile
  assert.ok(probes[0].isClosed);
  t.mock.timers.tick(10 * 60_000);
  assert.equal(probes.length, 2, "one timer, not two");
  probes[1].close(); // the proxy stops this one, too
  t.mock.timers.tick(20 * 60_000);
  assert.equal(probes.length, 3);
  probes[2].onmessage();
  assert.deepEqual([wentBack, probes[2].isClosed], [1, true]);
  t.mock.timers.tick(60 * 60_000);
  assert.equal(probes.length, 3, "there is no more to try");
  ways.detour();
  ways.works(way, goBack);
  ways.stop();
  t.mock.timers.tick(60 * 60_000);
  assert.deepEqual([probes.length, wentBack], [3, 1]);
  way.close();
});
