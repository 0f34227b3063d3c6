/** A paper on a screen: nothing of it stays in the page once another one is shown, it is closed, or the page moves on. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

/** Enough of a browser for elements that are never drawn. */
const page = new EventTarget();
Object.assign(page, { documentElement: { dataset: {}, lang: "en" }, createTreeWalker: () => null });
for (const name of ["createComment", "importNode", "createElement", "getElementById", "querySelector"])
  page[name] = () => null;
globalThis.document = page;
globalThis.window = globalThis;
globalThis.HTMLElement = class extends EventTarget {
  isConnected = true;
};
const elements = {};
globalThis.customElements = { define: (name, kind) => Object.assign(elements, { [name]: kind }) };
let pictures = new Set();
URL.createObjectURL = () => {
  const url = `blob:${pictures.size + 1}`;
  pictures.add(url);
  return url;
};
URL.revokeObjectURL = (url) => pictures.delete(url);
const answers = {};
globalThis.fetch = async (path) => {
  const said = Object.entries(answers).find(([end]) => path.endsWith(end))?.[1];
  return { ok: true, headers: new Headers({ "Document-Pages": "2" }), json: async () => said, blob: async () => ({}) };
};
await import("#booth_client/own_paper.js");
await import("#seat_console/document-pages.js");

const make = (name) => {
  const element = new elements[name]();
  element.requestUpdate = () => undefined;
  return element;
};

beforeEach(() => {
  pictures = new Set();
  Object.assign(answers, { "/pages": { pages: 2, texts: [], fields: [], needs_password: false } });
});

test("a citizen's own paper is forgotten when it is closed and when it leaves the page", async () => {
  for (const end of ["close", "disconnectedCallback"]) {
    const paper = make("own-paper");
    await paper.open();
    assert.deepEqual([paper.state, pictures.size], ["shown", 1]);
    paper[end]();
    assert.deepEqual([paper.state, paper.picture, pictures.size], ["closed", "", 0]);
  }
});

test("of a citizen's paper at the seat one page is held at a time", async () => {
  const paper = make("document-pages");
  await paper.load("one");
  assert.deepEqual([paper.state, paper.pages, pictures.size], ["shown", 2, 1]);
  await paper.turnTo(2);
  assert.deepEqual([paper.number, pictures.size], [2, 1]);
});

test("nothing of a paper stays when another one is shown, nor when the viewer closes", async () => {
  for (const end of [(paper) => paper.load("other"), (paper) => paper.disconnectedCallback()]) {
    const paper = make("document-pages");
    await paper.load("one");
    Object.assign(paper, { password: "123456", fault: new Error("x") });
    const before = paper.picture;
    const { signal } = paper.loading;
    const ended = end(paper);
    assert.deepEqual([paper.picture, paper.password, paper.inside, paper.fault], ["", "", null, null]);
    assert.deepEqual([pictures.has(before), signal.aborted], [false, true]);
    await ended;
    assert.equal(paper.password, "");
  }
});

test("a viewer that closed asks anew for the same paper", async () => {
  const paper = make("document-pages");
  await paper.load("one");
  paper.disconnectedCallback();
  assert.equal(paper.loaded, "");
});
