/** What the numbered events make of a session's view: the table that the server's own fold is tested with, too. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { apply as applyToDesk, EMPTY } from "#seat_console/desk.js";
import { apply as applyToStory, BEGINNING } from "#booth_client/story.js";
import { apply, complete, isHere, isSessionEvent, nameOf } from "#signaling/session.js";

const table = JSON.parse(readFileSync(new URL("../data/session_fold.json", import.meta.url), "utf8"));
const whole = { chat: [], documents: [], stills: [], consents: [], hung_up: false };
const ROLES = { citizen: "citizen", seat: "agent" };
const begin = (/** @type {{ you: "citizen" | "seat" }} */ { you }) => ({
  ...table.view,
  ...whole,
  you,
  role: ROLES[you],
});
const cases = table.cases.filter((/** @type {{ clients?: boolean }} */ each) => each.clients !== false);

for (const each of cases) {
  const expected = { ...begin(each), ...each.expect, seq: each.seq };
  test(`fold: ${each.name}`, () => {
    assert.deepEqual(each.events.reduce(apply, complete(begin(each))), expected);
  });
  test(`page of the ${each.you}: ${each.name}`, () => {
    const frames = [{ type: "session", session: begin(each) }, ...each.events];
    if (each.you === "seat") {
      const { call } = frames.reduce((desk, frame) => applyToDesk(desk, frame, 0), EMPTY);
      const { ended, ...view } = call;
      assert.equal(ended === null, view.state !== "closed");
      assert.deepEqual(view, expected);
    } else {
      const story = frames.reduce(applyToStory, BEGINNING);
      assert.deepEqual(story.session, expected);
      assert.equal(story.hungUp, expected.hung_up);
      assert.equal(story.closing?.outcome ?? "", expected.outcome ?? "");
    }
  });
}

test("a frame that is no event of a session is none", () => {
  assert.equal(isSessionEvent({ type: "ticket" }), false);
  assert.equal(isSessionEvent({ type: "toString" }), false);
  assert.equal(isSessionEvent({ type: "chatted" }), true);
});

test("a participant is here or away and has a name or none; of one who left nothing is known", () => {
  const participants = [
    { id: "seat", role: "agent", name: "林", here: false, since_ms: 3 },
    { id: "G", role: "interpreter", name: "译员", here: true, since_ms: 4 },
  ];
  assert.deepEqual(
    [isHere({ participants }, "seat"), isHere({ participants }, "G"), isHere({ participants }, "X")],
    [false, true, true],
  );
  assert.deepEqual([nameOf({ participants }, "G"), nameOf({ participants }, "X")], ["译员", ""]);
});
