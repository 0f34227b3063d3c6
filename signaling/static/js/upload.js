/** Sends a file so that a broken connection costs only the piece that was on its way (tus 1.0). */
import { ServiceFault } from "#signaling/faults.js";

/** @typedef {{ name: string, purpose: "material" | "still" | "other", material?: string, request?: string }} Facts */
/**
 * @typedef {object} Listener
 * @property {(share: number) => void} progress 0-1
 * @property {(document: string) => void} stored with the document's id
 * @property {(fault: ServiceFault) => void} refused
 */

const ENDPOINT = "/api/uploads";
const PIECE_BYTES = 1024 * 1024;
const RETRY_AFTER_MS = [0, 500, 1500, 3000, 5000, 5000, 10_000, 10_000, 20_000, 30_000];
const WORTH_A_RETRY = new Set([0, 408, 409, 423, 429]);
/** What a proxy says that lets no PATCH through; 0 when it hangs up. */
const STOPS = new Set([0, 400, 403, 405, 501]);

/** Whether bytes go by POST with `X-HTTP-Method-Override`: some networks let no PATCH through. Kept for the next files. */
let byPost = false;

/**
 * @param {Blob} content
 * @param {Facts} facts
 * @param {string} token a ticket's token; staff are known by their cookie and give none
 * @param {Listener} listener
 * @returns {Promise<{ again: () => void, stop: () => Promise<void> }>}
 */
export async function send(content, facts, token, listener) {
  const { Upload } = await import("#vendor/tus.js");
  let triedBoth = false;
  const upload = new Upload(content, {
    endpoint: ENDPOINT,
    chunkSize: PIECE_BYTES,
    retryDelays: RETRY_AFTER_MS,
    // Nothing about a citizen's papers stays in the browser's storage; taking up again works while the page is open.
    storeFingerprintForResuming: false,
    headers: token ? { Authorization: `Bearer ${token}` } : {},
    metadata: metadata(facts),
    overridePatchMethod: byPost,
    onShouldRetry: (error, _tries, options) => {
      const status = error.originalResponse?.getStatus() ?? 0;
      if (wasStopped(error) && !(status && triedBoth)) {
        triedBoth = status !== 0;
        byPost = !byPost;
        options.overridePatchMethod = byPost;
        return true;
      }
      return isWorthARetry(status);
    },
    onProgress: (sent, total) => listener.progress(total ? sent / total : 0),
    onSuccess: () => listener.stored(documentOf(upload.url)),
    onError: (error) => listener.refused(faultOf("originalResponse" in error ? error.originalResponse?.getBody() : "")),
  });
  upload.start();
  return { again: () => upload.start(), stop: () => upload.abort(true).catch(() => undefined) };
}

/**
 * Whether the bytes were stopped on their way: every answer of our server says `Tus-Resumable`, one without it is
 * a proxy's. No answer at all may be the network or a proxy: then the other way is tried too.
 *
 * @param {{ originalRequest: { getMethod(): string, getHeader(name: string): string | undefined } | null,
 *   originalResponse: { getStatus(): number, getHeader(name: string): string | undefined } | null }} error
 */
export function wasStopped({ originalRequest, originalResponse }) {
  const isBytes = originalRequest?.getMethod() === "PATCH" || originalRequest?.getHeader("X-HTTP-Method-Override");
  if (!isBytes || originalResponse?.getHeader("Tus-Resumable")) return false;
  return STOPS.has(originalResponse?.getStatus() ?? 0);
}

/** @param {number} status */
export function isWorthARetry(status) {
  return WORTH_A_RETRY.has(status) || status >= 500;
}

/**
 * @param {Facts} facts
 * @returns {Record<string, string>}
 */
export function metadata({ name, purpose, material, request }) {
  return { filename: name, purpose, ...(material ? { material } : {}), ...(request ? { request } : {}) };
}

/** @param {string | null} url */
function documentOf(url) {
  return url?.split("?")[0]?.split("/").pop() ?? "";
}

/** @param {string | undefined} body the server's JSON, or nothing when it was not reached */
export function faultOf(body) {
  try {
    const { code, params } = JSON.parse(body ?? "");
    return new ServiceFault(code ?? "service_error", params ?? {});
  } catch {
    return new ServiceFault("unavailable");
  }
}
