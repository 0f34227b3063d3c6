/** Stories of the material checklist. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { lacking, lines, loose } from "#seat_console/checklist.js";

const material = (key, more = {}) => ({
  key,
  name: key,
  required: true,
  alternative: false,
  conditional: false,
  ...more,
});
const document = (id, key, verdict = null) => ({ document: id, material: key, verdict });
const standings = (guide, documents) => lines(guide, documents).map((each) => each.standing);

test("a material stands as its newest document, and a good one stays good", () => {
  const guide = { materials: [material("idcard"), material("photo1"), material("form"), material("hukou")] };
  const documents = [
    document("D1", "idcard", "good"),
    document("D2", "idcard", "blurred"),
    document("D3", "photo1", "wrong"),
    document("D4", "photo1"),
    document("D5", "form", "blurred"),
  ];
  assert.deepEqual(standings(guide, documents), ["good", "arrived", "blurred", "missing"]);
});

test("one good alternative covers the others", () => {
  const guide = { materials: [material("deed", { alternative: true }), material("lease", { alternative: true })] };
  assert.deepEqual(standings(guide, [document("D1", "deed", "good")]), ["good", "covered"]);
  assert.deepEqual(lacking(lines(guide, [document("D1", "deed", "good")])), []);
});

test("the notice starts with what is required and not good", () => {
  const guide = {
    materials: [
      material("idcard"),
      material("photo1"),
      material("poa", { conditional: true }),
      material("extra", { required: false }),
    ],
  };
  assert.deepEqual(lacking(lines(guide, [document("D1", "idcard", "good"), document("D2", "photo1", "blurred")])), [
    "photo1",
  ]);
});

test("a document of no material is shown apart", () => {
  const guide = { materials: [material("idcard")] };
  const documents = [document("D1", "idcard"), document("D2", "")];
  assert.deepEqual(
    loose(guide, documents).map((each) => each.document),
    ["D2"],
  );
  assert.equal(loose(null, documents).length, 2);
});
