/** The citizen's visit as its page knows it: frames in, one story out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { takeTicket } from "#booth_client/kept_visit.js";
import { apply, BEGINNING, isForgotten, screenOf } from "#booth_client/story.js";
import { fewWords } from "#booth_client/few.js";
import { hoursWords } from "#booth_client/hours.js";
import { stillName } from "#booth_client/still.js";
import { fileName, materialNotes, placeWords, standingName, waitLine, waitWords } from "#booth_client/words.js";
import { describeError, fill, gettext, ngettext } from "#webui/i18n.js";

const about = { number: "MZ003", receipt: "20261122-MZ003-7K4Q9D", item_name: "" };
const ticket = (state, change = {}) => ({
  type: "ticket",
  ticket: { ticket: "T", state, about, widened: [], ...change },
});
const participants = [{ id: "seat", role: "agent", name: "", here: true, since_ms: 0 }];
const session = (change = {}) => ({
  type: "session",
  session: { session: "S", state: "active", chat: [], documents: [], about, seq: 3, participants, ...change },
});
const tell = (...frames) => frames.reduce(apply, BEGINNING);

test("a visit goes from the button to the receipt", () => {
  const faces = [];
  let story = { ...BEGINNING, asked: true };
  faces.push(screenOf(BEGINNING), screenOf(story));
  for (const frame of [
    ticket("waiting"),
    ticket("held"),
    ticket("waiting"),
    ticket("scheduled"),
    ticket("waiting"),
    ticket("reserved"),
    ticket("serving"),
    session(),
  ]) {
    story = apply(story, frame);
    faces.push(screenOf(story));
  }
  story = apply(story, { type: "session_closed", seq: 9, outcome: "accepted", receipt: about.receipt });
  faces.push(screenOf(story));
  assert.deepEqual(faces, [
    "welcome", "taking", "waiting", "held", "waiting", "scheduled", "waiting", "ringing", "ringing", "call", "goodbye",
  ]); // biome-ignore format: in order
  assert.deepEqual(story.closing, { outcome: "accepted", receipt: about.receipt, summary: "", notice: [], version: 1 });
  story = apply(story, { type: "closing_amended", seq: 10, outcome: "answered", receipt: about.receipt });
  assert.deepEqual([story.closing?.outcome, story.closing?.version, screenOf(story)], ["answered", 2, "goodbye"]);
});

test("a seat that is lost sends the citizen back to the line, not to the end of the visit", () => {
  const story = tell(ticket("serving"), session(), ticket("waiting"));
  assert.equal(screenOf(story), "waiting");
  assert.equal(story.session, null);
});

test("a forgotten ticket is taken again with the time at which it was to be called, others with nothing of it", () => {
  const choice = { item: "MZ01", mode: "handle", language: "yue", site: "", priority: "normal" };
  const taken = { type: "take_ticket", ...choice, helper_present: true, stub: "S" };
  assert.deepEqual(takeTicket({ ...choice, itemName: "", helper: true }, "S"), taken);
  assert.deepEqual(takeTicket({ ...choice, itemName: "", helper: true }, "S", 5), { ...taken, callback_at_ms: 5 });
});

test("who declined to wait sees an end, with the receipt to come back with", () => {
  assert.equal(screenOf(tell(ticket("waiting"), ticket("abandoned"))), "ended");
});

test("events of a session change only what they are about", () => {
  const document = { document: "D", name: "证.jpg", material: "idcard", verdict: null };
  const story = tell(
    session(),
    { type: "chatted", seq: 4, by: "seat", text: "您好", at_ms: 5 },
    { type: "document_stored", seq: 5, document },
    { type: "document_stored", seq: 6, document },
    { type: "verdict_given", seq: 7, document: "D", verdict: "blurred", note: "反光" },
    { type: "session_moved", seq: 8, at_ms: 8, state: "suspended", here: ["citizen"] },
  );
  assert.deepEqual(story.session.chat, [{ by: "seat", text: "您好", at_ms: 5 }]);
  assert.deepEqual(story.session.documents, [{ ...document, verdict: "blurred", note: "反光" }]);
  assert.deepEqual(story.session.participants, [{ ...participants[0], here: false, since_ms: 8 }]);
  assert.equal(screenOf(story), "call");
});

test("a request for a still is open until it is answered", () => {
  const asked = tell(session(), { type: "still_requested", seq: 4, request: "R", material: "idcard" });
  assert.deepEqual(asked.still, { request: "R", material: "idcard" });
  assert.equal(apply(asked, { type: "still_answered", seq: 5, request: "other" }).still?.request, "R");
  assert.equal(apply(asked, { type: "still_answered", seq: 5, request: "R" }).still, null);
});

test("coming back to a closed session shows the goodbye again", () => {
  const story = tell(ticket("done"), session({ state: "closed" }));
  assert.equal(screenOf(story), "goodbye");
  assert.equal(story.closing.receipt, about.receipt);
});

test("a ticket is forgotten only when the server says so, and never at the goodbye", () => {
  const says = (code, id = "") => ({ type: "error", id, code, params: {} });
  const talking = tell(ticket("serving"), session());
  assert.equal(isForgotten(talking, says("ticket_not_found")), true);
  assert.equal(isForgotten(talking, says("ticket_not_found", "7")), false, "that answers a command");
  assert.equal(isForgotten(talking, says("session_not_found")), false, "a frame was late");
  assert.equal(isForgotten(tell(ticket("done"), session({ state: "closed" })), says("ticket_not_found")), false);
});

test("a page that was taken over shows nothing else", () => {
  assert.equal(screenOf({ ...tell(ticket("waiting")), over: "superseded" }), "superseded");
});

test("who waits is told why it cannot be said how long, where those who can help rest or are gone", () => {
  const unknown = { wait: { low_s: null, high_s: null } };
  assert.match(waitLine({ ...unknown, able_seats: 0 }), /^Nobody who can help is here right now/);
  assert.match(waitLine({ ...unknown, able_seats: 1 }), /^Those who can help are busy or on a break/);
  assert.equal(waitLine({ wait: { low_s: 0, high_s: 59 }, able_seats: 1 }), "Expected wait: less than a minute");
});

test("places and waits are told as people say them", () => {
  assert.equal(placeWords(1, true), "You are next");
  assert.equal(placeWords(1, false), "Nobody is ahead of you"); // no promise where nobody is at a desk
  assert.equal(placeWords(2, true), "1 person is ahead of you");
  assert.equal(placeWords(4, false), "3 people are ahead of you");
  assert.match(waitWords({ low_s: null, high_s: null }), /cannot tell yet/);
  assert.match(waitWords({ low_s: 0, high_s: 40 }), /less than a minute/);
  assert.match(waitWords({ low_s: 30, high_s: 170 }), /3 minutes or less/);
  assert.match(waitWords({ low_s: 130, high_s: 350 }), /2 to 6 minutes/);
  assert.match(waitWords({ low_s: 300, high_s: 300 }), /about 5 minutes/);
});

test("a material says what is special about it", () => {
  assert.deepEqual(materialNotes({ original: true, deferrable: true }), ["original needed", "can follow later"]);
});

test("a still's name says when it was taken and what it is", () => {
  const taken = new Date(Date.UTC(2026, 10, 22, 5, 6, 7));
  assert.equal(stillName(new Blob([], { type: "image/jpeg" }), taken), "still-20261122130607.jpg");
  assert.equal(stillName(new Blob([], { type: "image/png" }), taken), "still-20261122130607.png");
});

test("sentences keep their places, and text stays text", () => {
  assert.equal(fill("{a} and {b}", { a: "<b>", c: 1 }), "<b> and {b}");
  assert.equal(gettext("Hello {name}", { name: "$&" }), "Hello $&");
  assert.equal(ngettext("{n} file", "{n} files", 2), "2 files");
});

test("an error whose code is unknown is told by its code, never as nothing", () => {
  assert.equal(describeError("brand_new"), "brand_new");
});

test("a receipt without a result says how its number stands, and never that something is being done", () => {
  const said = ["waiting", "held", "scheduled", "reserved", "serving", "redirected", "abandoned", "expired", "no_show", "done", "?"].map(standingName); // biome-ignore format: in order
  assert.equal(new Set(said.slice(0, 4)).size, 1);
  assert.equal(new Set(said.slice(6, 9)).size, 1);
  assert.match(said[6] ?? "", /nothing was done/);
  assert.deepEqual(said.slice(9), ["There is no result yet.", "There is no result yet."]);
});

test("a picture taken here is called what it is, a file as its owner called it", () => {
  assert.equal(fileName("still-20261128093000.jpg"), "Photo of a document");
  assert.equal(fileName("still life.jpg"), "still life.jpg");
});

test("who chooses a language that few or no staff speak is told before waiting for them", () => {
  const told = (seats) => fewWords({ id: "hak", name: "Hakka", seats });
  assert.match(told("few"), /^Few staff know Hakka: you may wait longer/);
  assert.match(told("none"), /^No staff know Hakka\. Someone who speaks another language answers/);
  assert.deepEqual([told("many"), fewWords(undefined)], ["", ""]);
});

test("the hours are told before the button is pressed", () => {
  const open = { open_now: true, next_open: null };
  assert.equal(hoursWords({ ...open, waiting: null }), "We are open now.");
  assert.equal(hoursWords({ ...open, waiting: 0 }), "We are open now. Nobody is waiting now.");
  assert.equal(hoursWords({ ...open, waiting: 1 }), "We are open now. 1 person is waiting now.");
  assert.equal(
    hoursWords({ ...open, waiting: 12 }),
    "We are open now. 12 people are waiting now, for all services together.",
  );
  assert.equal(
    hoursWords({ open_now: false, next_open: "2026-12-01T09:00:00+08:00", waiting: 3 }),
    "We are closed at the moment. We open again on Tuesday 1 December at 09:00",
  );
  assert.equal(hoursWords({ open_now: false, next_open: null, waiting: 0 }), "We are closed at the moment.");
});
