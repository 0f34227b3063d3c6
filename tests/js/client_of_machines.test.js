/** The client for other systems against a small server: tokens, lists, the feed, and what is asked again. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, beforeEach, mock, test } from "node:test";
import { Away, Client, Refused, TokenRefused, Unreadable } from "../../clients/js/index.js";

const TOKEN = { access_token: "cwt_1", expires_in: 600 };
let url;
let asked = [];
/** Answers by path, one after the other; the last one stays. */
let answers = {};

/** An answer is a body, or `{ status, headers, body }`; null is a cut line. */
const server = createServer(async (request, response) => {
  let body = "";
  for await (const piece of request) body += piece;
  const [path, query] = request.url.split("?");
  asked.push({ path, query: Object.fromEntries(new URLSearchParams(query)), body, headers: request.headers });
  const said = answers[path].length > 1 ? answers[path].shift() : answers[path][0];
  if (said === null) return response.destroy();
  const { status = 200, headers = {}, text = JSON.stringify(said.body ?? said) } = said;
  response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(text);
});
const refusal = (status, code, headers = {}) => ({ status, headers, body: { code, params: { operation: "x" } } });
const feed = (cursor, ...events) => ({ headers: { "Events-Cursor": cursor }, body: events });
const program = (more = {}) => new Client(url, { name: "hall numbers", key: "cwm_K:1", ...more });
const asks = () => asked.filter(({ path }) => !path.includes("oauth"));

before(async () => {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${server.address().port}`;
  const timer = globalThis.setTimeout;
  // The client's pauses pass at once; those of Node's own `fetch` do not.
  const isOurs = () => new Error().stack?.includes("/clients/js/");
  mock.method(globalThis, "setTimeout", (act, ms, ...rest) => timer(act, isOurs() ? 0 : ms, ...rest));
});
after(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked = [];
  answers = { "/api/oauth/token": [TOKEN] };
});

test("a token is exchanged once for calls at the same time, with name and key form-encoded", async () => {
  answers["/api/public"] = [{}];
  const client = program({ operations: ["get_public"] });
  await Promise.all([client.ask("get_public"), client.ask("get_public"), client.ask("get_public", { locale: "en" })]);
  const [exchange, ...others] = asked;
  assert.equal(others.length, 3);
  assert.equal(atob(exchange.headers.authorization.split(" ")[1]), "hall+numbers:cwm_K%3A1");
  assert.equal(exchange.body, "grant_type=client_credentials&scope=get_public");
  assert.ok(others.every(({ headers }) => headers.authorization === "Bearer cwt_1"));
});

test("a token that ended is renewed once, and a second refusal is told", async () => {
  answers["/api/oauth/token"] = [TOKEN, { ...TOKEN, access_token: "cwt_2" }];
  answers["/api/public"] = [refusal(401, "bad_key"), { waiting: 1 }, refusal(401, "bad_key")];
  const client = program();
  assert.deepEqual(await client.ask("get_public"), { waiting: 1 });
  assert.deepEqual(
    asks().map(({ headers }) => headers.authorization),
    ["Bearer cwt_1", "Bearer cwt_2"],
  );
  await assert.rejects(client.ask("get_public"), { status: 401, code: "bad_key" });
});

test("a wrong name or key says so as OAuth does, and a key alone is sent as it is", async () => {
  answers["/api/oauth/token"] = [{ status: 401, body: { error: "invalid_client", code: "invalid_client" } }];
  await assert.rejects(program().ask("get_public"), (problem) => {
    assert.ok(problem instanceof TokenRefused && problem.code === "invalid_client");
    return true;
  });
  answers["/api/public"] = [{}];
  await new Client(url, { key: "cwm_1" }).ask("get_public");
  assert.equal(asks()[0].headers.authorization, "Bearer cwm_1");
});

test("a list is read page after page, with its filter", async () => {
  const page = (cursor, ...numbers) => ({ sessions: numbers.map((number) => ({ number })), cursor });
  answers["/api/sessions"] = [page("c1", "MZ001", "MZ002"), page("", "MZ003")];
  const found = [];
  for await (const { number } of program().each("get_sessions", { from: "2026-01-01" })) found.push(number);
  assert.deepEqual(found, ["MZ001", "MZ002", "MZ003"]);
  assert.deepEqual(
    asks().map(({ query }) => query),
    [{ from: "2026-01-01" }, { from: "2026-01-01", cursor: "c1" }],
  );
});

test("the feed goes on at its cursor, waits outages out, and tells a gap", async () => {
  const gone = { status: 410, body: { code: "cursor_gone", params: { begin: "40" } } };
  answers["/api/events"] = [feed("8", { id: "E1" }), null, refusal(503, "ledger_away"), gone, feed("41"), feed("41")];
  const gaps = [];
  const pages = [];
  for await (const page of program().feed({ after: "7", waitS: 0, onGap: (begin) => gaps.push(begin) }))
    pages.push(page);
  assert.deepEqual(pages, [
    { events: [{ id: "E1" }], cursor: "8" },
    { events: [], cursor: "41" },
  ]);
  assert.deepEqual(gaps, ["40"]);
  assert.deepEqual(
    asks().map(({ query }) => query.after),
    ["7", "8", "8", "8", "40", "41"],
  );
  answers["/api/events"] = [gone];
  await assert.rejects(program().feed({ after: "7" }).next(), { status: 410, code: "cursor_gone" });
  answers["/api/events"] = [{ body: [] }];
  await assert.rejects(program().feed().next(), Unreadable);
});

test("a call is asked again only where nothing is done twice", async () => {
  const pause = ["post_seats_seat_pause", { seat: "S 1/2", body: {} }];
  const cases = [
    [null, true, false],
    [{ status: 502, text: "<html>" }, true, false],
    [refusal(503, "queue_unavailable"), true, false],
    [refusal(429, "too_many_tries"), true, true],
    [refusal(403, "not_allowed"), false, false],
    [{ status: 302, headers: { Location: "/elsewhere" } }, false, false],
  ];
  for (const [fault, reads, changes] of cases) {
    for (const [[operation, given], path, again] of [
      [["get_public"], "/api/public", reads],
      [pause, "/api/seats/S%201%2F2/pause", changes],
    ]) {
      answers[path] = [fault, {}];
      asked = [];
      const call = new Client(url, { key: "cwm_1" }).ask(operation, given);
      await (again ? call : assert.rejects(call, fault === null ? Away : Refused));
      assert.equal(asked.length, again ? 2 : 1, JSON.stringify([fault, operation]));
    }
  }
});

test("tries end, and a refusal tells its facts", async () => {
  answers["/api/public"] = [refusal(429, "too_many_tries", { "Retry-After": "7", "X-Request-Id": "R1" })];
  await assert.rejects(program().ask("get_public"), {
    name: "Refused",
    message: "429 too_many_tries operation=x",
    retryAfterS: 7,
    request: "R1",
  });
  assert.equal(asks().length, 4);
  answers["/api/public"] = [refusal(429, "too_many_tries", { "Retry-After": "3600" })];
  asked = [];
  await assert.rejects(program().ask("get_public"), Refused);
  assert.equal(asks().length, 1);
});

test("bytes come as bytes, and what is no answer of ours is told", async () => {
  answers["/api/sessions.csv"] = [{ headers: { "Content-Type": "text/csv" }, text: "a,b\n" }];
  assert.equal(new TextDecoder().decode(await program().ask("get_sessions_csv", { seat: "S001" })), "a,b\n");
  answers["/api/public"] = [{ text: "<html>" }];
  await assert.rejects(program().ask("get_public"), Unreadable);
  await assert.rejects(program().ask("get_public", { colour: "red" }), TypeError);
  await assert.rejects(program().ask("get_items_item", { item: ".." }), TypeError);
  await assert.rejects(program().ask("get_public", {}, { signal: AbortSignal.abort() }), { name: "AbortError" });
});

test("a key goes over HTTPS or to this machine", () => {
  for (const good of ["https://window.example.org", "http://localhost:1", "http://[::1]:1/"])
    new Client(good, { key: "k" });
  new Client("http://10.0.0.1", { key: "k" }, { plainHttp: true });
  for (const bad of ["http://10.0.0.1", "ftp://x", "https://x/api", "https://me@x", "https://x?a=1", "window"]) {
    assert.throws(() => new Client(bad, { key: "k" }), TypeError, bad);
  }
});
