/** Lit and the directives our elements use: one module, so that there is one Lit in a page. */
export * from "lit";
export { classMap } from "lit/directives/class-map.js";
export { live } from "lit/directives/live.js";
export { createRef, ref } from "lit/directives/ref.js";
export { repeat } from "lit/directives/repeat.js";
export { when } from "lit/directives/when.js";
