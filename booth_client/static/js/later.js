/** Brings what the first button does not need: a part of the page, and the sentences of all such parts. */

/** @type {Promise<void> | null} */
let sentences = null;

/**
 * Import a part; before it is used, its sentences are there. Where the network is away it rejects and may be asked again.
 *
 * @template Part @param {() => Promise<Part>} part
 * @returns {Promise<Part>}
 */
export async function bring(part) {
  sentences ??= readSentences().catch((problem) => {
    sentences = null;
    throw problem;
  });
  const [brought] = await Promise.all([part(), sentences]);
  return brought;
}

/** @returns {Promise<void>} */
function readSentences() {
  const address = document.documentElement.dataset.sentences;
  if (!address) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.onload = () => resolve();
    script.onerror = () => {
      script.remove();
      reject(new TypeError(`not loaded: ${address}`));
    };
    script.src = address;
    document.head.append(script);
  });
}
