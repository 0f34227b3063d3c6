/** What is told of a visit: every face has a sound in every language, every change is told once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compose } from "#booth_client/voice/compose.js";
import { faceParts, receiptParts } from "#booth_client/voice/readings.js";
import { at, call, closing, FACES, MANIFESTS, NOWHERE, narrated, waiting } from "./spoken.js";

test("every sentence of every face has a sound in every language", () => {
  for (const [visit, front, isLong = false] of FACES) {
    const parts = [...faceParts(visit, front, isLong), ...receiptParts(visit)];
    assert.notEqual(parts.length, 0, visit.screen);
    for (const part of parts.filter((each) => "id" in each)) {
      for (const list of Object.values(MANIFESTS))
        assert.ok(compose(list, part.id, part.params), `${list.language} ${part.id}`);
    }
  }
});

test("a place is told once when it changes, and a long wait once with its ways out", () => {
  const { follow } = narrated();
  const here = (change) => at("waiting", { ticket: waiting(change) });
  const [whole, place] = follow(here({}));
  assert.deepEqual(whole[1].slice(0, 2), ["wait.number", "wait.ahead"]);
  assert.match(place[0], /MZ003/);
  assert.deepEqual(place[1], []); // the face itself was read
  assert.deepEqual(follow(here({})), []);
  assert.deepEqual(
    follow(here({ place: 2 })).map(([, ids]) => ids),
    [["wait.number", "wait.one", "wait.range"]],
  );
  const long = follow(here({ place: 2, taken_ms: Date.now() - 200_000 }));
  assert.deepEqual(
    long.map(([, ids]) => ids),
    [["long.sorry", "long.stay", "long.callback", "long.hold", "long.leave"]],
  );
  assert.deepEqual(follow(here({ place: 2, taken_ms: Date.now() - 201_000 })), []);
});

test("a line of the chat is told while another tab is open, read aloud always, and not again after a reload", () => {
  const { follow } = narrated();
  const line = (text) => ({ by: "seat", text, at_ms: 1 });
  const chat = (...lines) => at("call", { session: call({ chat: lines.map(line) }) });
  follow(chat("before the reload"));
  assert.deepEqual(follow(chat("before the reload", "您好")), [["004 writes: 您好", ["chat.theirs", "您好"]]]);
  const open = { tab: "chat", trouble: () => "" };
  assert.deepEqual(follow(chat("before the reload", "您好", "再见"), open), [["", ["chat.theirs", "再见"]]]);
});

test("a verdict, the loss of the network and the outcome are told once each", () => {
  const { follow } = narrated();
  const paper = (verdict) => ({ document: "D", material: "id", name: "a.jpg", verdict, note: "反光" });
  const talking = (verdict) => at("call", { session: call({ documents: [paper(verdict)] }) });
  follow(talking(null));
  assert.deepEqual(
    follow(talking("blurred")).map(([, ids]) => ids),
    [["verdict.paper", "身份证", "verdict.blurred", "反光"]],
  );
  assert.deepEqual(follow(talking("blurred")), []);
  const lost = { tab: "papers", trouble: () => "call.network" };
  assert.deepEqual(follow(talking("blurred"), lost), [["", ["call.network"]]]);
  assert.deepEqual(follow(talking("blurred"), lost), []);
  const [[pending, ids]] = follow(at("goodbye", { hungUp: true, session: call() }));
  assert.deepEqual(
    [pending, ids[0]],
    ["The call has ended. Staff may still be writing up the result; please wait a moment.", "goodbye.pending"],
  );
  const [[outcome, all]] = follow(at("goodbye", { hungUp: true, closing: closing("correction"), session: call() }));
  assert.match(outcome, /missing/);
  assert.deepEqual(all.slice(0, 6), [
    "outcome.correction",
    "missing.lead",
    "照片",
    "missing.then",
    "goodbye.more",
    "说明",
  ]);
  assert.deepEqual(follow(at("goodbye", { hungUp: true, closing: closing("correction"), session: call() })), []);
});

test("a device that does not work is told once, and again when something else is wrong with it", () => {
  const { follow } = narrated();
  const devices = (camera, microphone = "ok") => ({ camera: { state: camera }, microphone: { state: microphone } });
  const quiet = { tab: "papers", trouble: () => "" };
  const told = (...states) => follow(at("taking", { asked: true }), quiet, devices(...states)).map(([, ids]) => ids[0]);
  assert.deepEqual(told("off", "off"), ["taking.number"]);
  assert.deepEqual(told("denied"), ["check.camera"]);
  assert.deepEqual(told("denied"), []);
  assert.deepEqual(told("ok"), []);
  assert.deepEqual(told("missing", "busy"), ["check.camera", "check.microphone"]);
});

test("who is away hears a tone once, a minute before", () => {
  const { follow, rings } = narrated();
  const held = (ms) =>
    at("held", { ticket: waiting({ state: "held", held_until_ms: Date.now() + ms, callback_at_ms: 0 }) });
  follow(held(600_000));
  assert.equal(rings.length, 0);
  assert.deepEqual(
    follow(held(50_000)).map(([, ids]) => ids),
    [["held.last"]],
  );
  follow(held(49_000));
  assert.equal(rings.length, 1);
});

test("the question of consent is read with its face until it is answered, each answer and the notice has a sound", () => {
  const asked = ["consent.asks", "consent.kept", "consent.safe", "consent.choose"];
  const open = { ticket: waiting(), session: call(), consents: {} };
  for (const screen of ["waiting", "ringing", "call"]) {
    const ids = (story) => faceParts(at(screen, story), NOWHERE, false).map((part) => part.id);
    assert.deepEqual(ids(open).slice(-4), asked, screen);
    const answered = ids({ ...open, consents: { service: true, sound: false, picture: false } });
    assert.ok(!answered.some((id) => id?.startsWith("consent.")), screen);
  }
  for (const id of [...asked, "consent.all", "consent.sound", "consent.picture", "consent.none", "notice.privacy"])
    for (const list of Object.values(MANIFESTS)) assert.ok(compose(list, id), `${list.language} ${id}`);
});

test("a corrected result is told and read again, with each correction once", () => {
  const { follow } = narrated();
  const goodbye = (version) => at("goodbye", { closing: { ...closing("accepted"), version } });
  assert.equal(follow(goodbye(1))[0][1][0], "outcome.accepted");
  assert.deepEqual(follow(goodbye(1)), []);
  for (const version of [2, 3]) {
    const [[words, ids]] = follow(goodbye(version));
    assert.match(words, /corrected/);
    assert.deepEqual(ids.slice(0, 2), ["goodbye.corrected", "outcome.accepted"]);
    assert.deepEqual(follow(goodbye(version)), []);
  }
});

test("a rating that was received is told once, and no other visit's", () => {
  const { follow } = narrated();
  const goodbye = (rated) => at("goodbye", { closing: closing("accepted"), rated });
  follow(goodbye(0));
  const told = follow(goodbye(5));
  assert.deepEqual(
    told.map(([words, ids]) => [/rating was received/.test(words), ids]),
    [[true, ["goodbye.rated"]]],
  );
  assert.deepEqual(follow(goodbye(5)), []);
});

test("who comes back to the line hears why, and thanks are said only where something was done", () => {
  const known = { ticket: waiting(), consents: { service: true, sound: false, picture: false } };
  for (const [why, id] of [
    ["signed_out", "back.signed_out"],
    ["seat_lost", "back.seat_lost"],
    ["declined", "back.passed"],
  ]) {
    const parts = faceParts(at("waiting", { ...known, ticket: waiting({ returned: why }) }), NOWHERE, false);
    assert.equal(parts[0].id, id);
    for (const list of Object.values(MANIFESTS)) assert.ok(compose(list, id), `${list.language} ${id}`);
  }
  const said = (outcome) =>
    faceParts(at("goodbye", { closing: closing(outcome) }), NOWHERE, false).map((part) => part.id);
  assert.ok(said("accepted").includes("goodbye.thanks"));
  for (const outcome of ["rejected", "interrupted", "correction"])
    assert.ok(!said(outcome).includes("goodbye.thanks"), outcome);
});
