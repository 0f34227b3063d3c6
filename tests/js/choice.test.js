/** What a citizen chose elsewhere, and which errors leave a ticket's stub unanswered. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { choiceOf, isUnanswered } from "#booth_client/kept_visit.js";

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

test("exactly these errors are no answer to a stub", () => {
  const codes = ["departure", "superseded", "drained", "slow_consumer", "too_fast", "too_many_tries", "service_error"];
  for (const code of [...codes, "clock_wrong", "unavailable", "queue_unavailable"])
    assert.equal(isUnanswered(code), true);
  for (const code of ["bad_token", "too_fast_x", "x_too_fast", "unavailable_x"])
    assert.equal(isUnanswered(code), false);
});
