/** What holds beside a face is said once while it does: what does not work, what was refused, what was tried and works. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compose } from "#booth_client/voice/compose.js";
import { at, call, MANIFESTS, narrated, waiting } from "./spoken.js";

test("what does not work is said once while it lasts, and again when it comes back", () => {
  const { follow } = narrated();
  const talking = at("call", { session: call() });
  const quiet = {
    tab: "papers",
    trouble: () => "",
    state: "connected",
    theirs: {},
    wantsPaper: true,
    outgoing: { list: [] },
  };
  const fine = { camera: { state: "off" }, microphone: { state: "off" }, paper: { state: "ok" }, hasPaperCamera: true };
  follow(talking, quiet, fine);
  const heard = (change, devices = {}, isSpeakerLost = false) =>
    follow(talking, { ...quiet, ...change }, { ...fine, ...devices }, isSpeakerLost).map(([words, ids]) =>
      words ? words : ids.join(),
    );
  const lost = { paper: { state: "missing" } };
  for (const [id, ...state] of [
    ["call.their_microphone", { theirs: { microphone: false } }],
    ["call.their_camera", { theirs: { camera: false } }],
    ["call.paper_stopped", {}, lost],
    ["call.paper_missing", {}, { ...lost, hasPaperCamera: false }],
    ["check.speaker_lost", {}, {}, true],
    ["papers.failed", { outgoing: { list: [{ fault: { code: "unavailable" } }] } }],
  ]) {
    for (const _ of [1, 2]) {
      assert.deepEqual(heard(...state), [id]);
      assert.deepEqual(heard(...state), [], id);
      assert.deepEqual(heard({}), [], id);
    }
    for (const list of Object.values(MANIFESTS)) assert.ok(compose(list, id), `${list.language} ${id}`);
  }
  assert.deepEqual(heard({ theirs: { camera: false, screen: true } }), [], "a window is shown in its place");
});

test("a fault, a number that was not taken and each trouble of the network are said", () => {
  const { follow } = narrated();
  const here = (change = {}) => at("waiting", { ticket: waiting() }, change);
  const ids = (visit, talk) => follow(visit, talk).flatMap(([, said]) => said);
  ids(here());
  assert.deepEqual(ids(here({ fault: { code: "unavailable", params: {} } })), ["fault.unavailable"]);
  assert.deepEqual(ids(here()), []);
  for (const id of ["net.offline", "net.away", "net.detour", "net.forbidden"])
    assert.deepEqual(ids(here(), { tab: "papers", trouble: () => id }), [id, "queue.kept"]);
  const taking = (hasStopped) => at("taking", { asked: true }, { hasStopped });
  assert.deepEqual(ids(taking(false)), ["taking.number"]);
  assert.deepEqual(ids(taking(false), { tab: "papers", trouble: () => "net.away" }), ["net.away"]);
  assert.deepEqual(ids(taking(true)), ["taking.stopped"]);
});

test("a check that goes well is said, and a question of the browser is no fault of the device", () => {
  const { follow } = narrated();
  const devices = (camera, isHeard = false) => ({ camera: { state: camera }, microphone: { state: "off" }, isHeard });
  const ids = (...state) => follow(at("welcome", {}), null, devices(...state)).flatMap(([, said]) => said);
  assert.deepEqual(ids("asking"), ["check.allow"]);
  assert.deepEqual(ids("ok"), ["check.camera_works"]);
  assert.deepEqual(ids("ok", true), ["check.heard"]);
  assert.deepEqual(ids("ok", true), []);
});
