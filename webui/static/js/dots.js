/** Short facts in one line, with a dot between them that never begins a line. */

/** @param {readonly (string | false | null | undefined)[]} facts empty ones are left out */
export const dotted = (facts) => facts.filter(Boolean).join("\u00a0· ");
