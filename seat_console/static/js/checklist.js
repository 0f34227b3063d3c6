/** How each required material stands, worked out from the guide and the documents; pure. */
/** @import { DocumentView, GuideView, MaterialView } from "#signaling/messages.d.ts" */

/** @typedef {"missing" | "arrived" | "good" | "blurred" | "wrong" | "covered"} Standing */
/** @typedef {{ material: MaterialView, standing: Standing, documents: ReadonlyArray<DocumentView> }} Line */

/**
 * One line a material, in the guide's order. Of alternatives one good document covers the others.
 * @param {GuideView | null} guide
 * @param {ReadonlyArray<DocumentView>} documents
 * @returns {Line[]}
 */
export function lines(guide, documents) {
  const materials = guide?.materials ?? [];
  const plain = materials.map((material) => line(material, documents));
  const isCovered = plain.some((each) => each.material.alternative && each.standing === "good");
  return plain.map((each) =>
    isCovered && each.material.alternative && each.standing === "missing" ? { ...each, standing: "covered" } : each,
  );
}

/**
 * @param {MaterialView} material
 * @param {ReadonlyArray<DocumentView>} documents
 * @returns {Line}
 */
function line(material, documents) {
  const mine = documents.filter((each) => each.material === material.key);
  if (mine.some((each) => each.verdict === "good")) return { material, standing: "good", documents: mine };
  const latest = mine.at(-1);
  return { material, standing: latest ? (latest.verdict ?? "arrived") : "missing", documents: mine };
}

/**
 * The keys a one-time notice starts with: all that is required and not good. Materials that only some
 * situations ask for are left to the agent.
 * @param {ReadonlyArray<Line>} all
 */
export function lacking(all) {
  return all
    .filter((each) => each.material.required && !each.material.conditional)
    .filter((each) => each.standing !== "good" && each.standing !== "covered")
    .map((each) => each.material.key);
}

/**
 * Documents that belong to no material of the list.
 * @param {GuideView | null} guide
 * @param {ReadonlyArray<DocumentView>} documents
 */
export function loose(guide, documents) {
  const keys = new Set((guide?.materials ?? []).map((each) => each.key));
  return documents.filter((each) => !keys.has(each.material));
}
