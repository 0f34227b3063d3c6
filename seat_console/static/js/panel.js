/** The base of the console's elements: they render into the page itself, so that its style and labels reach them. */
import { LitElement } from "#vendor/lit.js";

export class Panel extends LitElement {
  /** @override */
  createRenderRoot() {
    this.replaceChildren(); // what the server put there until the script came
    return this;
  }

  /**
   * Tell the page what the person wants; the page's own module does it.
   * @param {string} name
   * @param {unknown} [detail]
   */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}
