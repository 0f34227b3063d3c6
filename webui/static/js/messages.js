/** The page's sentences, which a script before this one brought (`<room>/messages/<language>.js`); English without it. */

/** @typedef {{ language: string, messages: Record<string, string | string[]>, errors: Record<string, string> }} Sentences */

/** @type {Sentences} */
const brought = Reflect.get(globalThis, "cloudWindowSentences") ?? { language: "en", messages: {}, errors: {} };

export const { language, messages, errors } = brought;
