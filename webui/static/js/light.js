/** The base of our elements: Lit without a shadow, so that the page's style and its accessibility tree reach inside. */
import { LitElement } from "#vendor/lit.js";

export class LightElement extends LitElement {
  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    this.replaceChildren(); // the server's first state makes room for the live one
    super.connectedCallback();
  }
}
