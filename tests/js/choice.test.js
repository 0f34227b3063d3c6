/** What a citizen chose elsewhere, and which errors leave a ticket's stub unanswered. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { choiceOf, isUnanswered } from "#booth_client/kept_visit.js";
import { ServiceFault } from "#signaling/faults.js";

test("what was chosen elsewhere is read from the ticket, with what a node of before leaves out", () => {
  const about = { item: "MZ01", item_name: "x", mode: "handle", language: "yue", helper_present: true };
  const elsewhere = {
    item: "MZ01",
    itemName: "x",
    mode: "handle",
    language: "yue",
    site: "",
    priority: "normal",
    helper: true,
  };
  assert.deepEqual(choiceOf({ about }), elsewhere);
  const plain = {
    item: "",
    itemName: "",
    mode: "consult",
    language: "cmn",
    site: "",
    priority: "normal",
    helper: false,
  };
  assert.deepEqual(choiceOf({ about: {} }), plain);
});

test("a stub is shown again where no server answered, or where it says so, and never for another reason", () => {
  assert.equal(isUnanswered(new ServiceFault("departure")), true);
  for (const [retry, shown] of [
    ["same_id", true],
    ["new_id", true],
    ["no", false],
  ])
    for (const code of ["too_fast", "bad_token"]) assert.equal(isUnanswered(new ServiceFault(code, {}, retry)), shown);
});
