/** The table of what each face says: no face is silent, and docs/voice.md shows the table as it is. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { PATIENCE } from "#booth_client/presence.js";
import { faceParts, receiptParts } from "#booth_client/voice/readings.js";
import { FACES, MANIFESTS } from "./spoken.js";

const PAGE = new URL("../../docs/voice.md", import.meta.url);
const [BEGIN, END] = ["<!-- said by face: begin -->\n", "<!-- said by face: end -->"];

/** The fixed sentences of each face, over all shapes it has, in the order they are said; `…` stands for free words. */
function saidByFace() {
  const said = new Map(Object.keys(PATIENCE).map((screen) => [screen, new Set()]));
  for (const [visit, front, isLong = false] of FACES)
    for (const part of [...faceParts(visit, front, isLong), ...receiptParts(visit)])
      said.get(visit.screen)?.add("id" in part ? part.id : "…");
  return said;
}

/** @param {Map<string, Set<string>>} said */
function table(said) {
  const rows = [...said].map(([screen, ids]) => `| ${screen} | ${[...ids].join(", ")} |\n`);
  return `| face | sentences |\n|---|---|\n${rows.join("")}`;
}

test("each face of the story says a sentence that has a sound in every language", () => {
  for (const [screen, ids] of saidByFace()) {
    const fixed = [...ids].filter((id) => id !== "…");
    assert.notEqual(fixed.length, 0, screen);
    for (const { language, parts } of Object.values(MANIFESTS))
      for (const id of fixed) assert.ok(parts[id], `${screen}: ${language} ${id}`);
  }
});

test("the table in docs/voice.md is what the faces say (UPDATE=1 writes it)", () => {
  const page = readFileSync(PAGE, "utf-8");
  const [before, rest] = page.split(BEGIN);
  const [shown, after] = rest.split(END);
  const now = table(saidByFace());
  if (process.env.UPDATE) writeFileSync(PAGE, `${before}${BEGIN}${now}${END}${after}`);
  else assert.equal(shown, now);
});
