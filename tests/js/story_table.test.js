/** The visit's story by tables: every state of a ticket beside a call, every refusal, each consent. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, BEGINNING, isConsentSaid, isForgotten, screenOf } from "#booth_client/story.js";
import { apply as desk, EMPTY as DESK } from "#seat_console/desk.js";

const about = { number: "MZ003", receipt: "20261122-MZ003-7K4Q9D", item_name: "" };
const SCREENS = {
  waiting: "waiting", held: "held", scheduled: "scheduled", reserved: "ringing", serving: "ringing",
  done: "goodbye", abandoned: "ended", no_show: "ended", expired: "ended", redirected: "ended",
}; // biome-ignore format: two lines
const inACall = { ...BEGINNING, session: { session: "S" }, hungUp: true, still: { request: "Q", material: "" } };

for (const [state, screen] of Object.entries(SCREENS)) {
  test(`a ticket that is ${state} shows ${screen}, and in line again it takes the call away`, () => {
    for (const type of ["ticket", "ticket_taken"]) {
      const frame = { type, ticket: { ticket: "T", state, about, widened: [] } };
      const alone = apply(BEGINNING, frame);
      assert.deepEqual([alone.asked, screenOf(alone)], [true, screen]);
      const story = apply(inACall, frame);
      const isBack = ["waiting", "held", "scheduled", "reserved"].includes(state);
      assert.equal(story.asked, true);
      assert.deepEqual(
        [story.session, story.hungUp, story.still],
        isBack ? [null, false, null] : [inACall.session, true, inACall.still],
      );
    }
  });
}

test("a ticket is forgotten by exactly these refusals, said of no command, and not at the goodbye", () => {
  const forgets = (code, more = {}, story = BEGINNING) => isForgotten(story, { type: "error", code, ...more });
  for (const code of ["bad_token", "token_expired", "ticket_not_found"]) {
    assert.equal(forgets(code), true);
    assert.equal(forgets(code, { id: "1" }), false);
    assert.equal(forgets(code, { type: "other" }), false);
    assert.equal(forgets(code, {}, { ...BEGINNING, closing: {} }), false);
    assert.deepEqual([forgets(`x_${code}`), forgets(`${code}_x`)], [false, false]);
  }
  assert.equal(forgets("session_not_found"), false);
});

test("the question of consent stands until all of it is answered", () => {
  const said = (...kinds) => ({ ...BEGINNING, consents: Object.fromEntries(kinds.map((kind) => [kind, false])) });
  for (const part of [[], ["service"], ["service", "sound"], ["sound", "picture"], ["recording", "face", "service"]])
    assert.equal(isConsentSaid(said(...part)), false, part.join());
  assert.equal(isConsentSaid(said("service", "sound", "picture")), true);
});

test("what was consented to is kept, and the latest word holds", () => {
  const ticket = (consents) => ({
    type: "ticket",
    ticket: { ticket: "T", state: "waiting", about, widened: [], consents },
  });
  const said = (kind, given) => [{ kind, given }];
  let story = apply(BEGINNING, ticket(said("service", true)));
  story = apply(story, ticket(said("recording", true)));
  story = apply(story, ticket(undefined));
  assert.deepEqual(story.consents, { service: true, recording: true });
  assert.deepEqual(apply(story, ticket(said("recording", false))).consents, { service: true, recording: false });
});

test("an event of a session that the page does not have changes nothing", () => {
  assert.equal(apply(BEGINNING, { type: "chatted", seq: 1, text: "x" }), BEGINNING);
  const story = { ...BEGINNING, session: { session: "S" } };
  assert.equal(apply(story, { type: "pong" }), story);
});

test("a seat that is taken is told to its desk, and no other refusal is", () => {
  const refused = (code, more) => desk(DESK, { type: "error", code, params: { at: 1 }, ...more }, 0).taken;
  assert.deepEqual(refused("seat_taken"), { at: 1 });
  assert.deepEqual(
    [refused("seat_taken", { id: "1" }), refused("busy"), refused("busy", { id: "1" })],
    [null, null, null],
  );
});

test("at the beginning nothing was asked and nothing said", () => {
  assert.deepEqual(BEGINNING, {
    asked: false, ticket: null, session: null, closing: null, hungUp: false, still: null, consents: {}, rated: 0, over: "",
  }); // biome-ignore format: two lines
});

test("a session adds its consents, and a closing without words has none", () => {
  const about = { number: "MZ003", receipt: "20261122-MZ003-7K4Q9D", item_name: "" };
  const session = { session: "S", state: "closed", about, consents: [{ kind: "face", given: false }] };
  const story = apply({ ...BEGINNING, consents: { service: true } }, { type: "session", session });
  assert.deepEqual(story.consents, { service: true, face: false });
  assert.deepEqual(story.closing, { outcome: "", receipt: about.receipt, summary: "", notice: [], version: 1 });
});
