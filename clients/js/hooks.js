/** Verifies web-hooks as Standard Webhooks 1.0 says. */
import { BadSignature, Unreadable } from "./refused.js";

const LEEWAY_S = 300;

/** @type {typeof import("./index.d.ts").verify} */
export async function verify(secrets, headers, body, { leewayS = LEEWAY_S, nowS = Date.now() / 1000 } = {}) {
  const [id, stamp, signed] = ["id", "timestamp", "signature"].map((name) => headerOf(headers, `webhook-${name}`));
  if (!id || !stamp || !/^[0-9]{1,12}$/.test(stamp)) throw new BadSignature("the headers of a signature are missing");
  if (Math.abs(nowS - Number(stamp)) > leewayS) throw new BadSignature("signed too long ago, or in the future");
  const head = new TextEncoder().encode(`${id}.${stamp}.`);
  const text = new Uint8Array(head.length + body.length);
  text.set(head);
  text.set(body, head.length);
  const given = (signed ?? "").split(" ").filter((one) => one.startsWith("v1,"));
  const signatures = given.map((one) => bytesOf(one.slice("v1,".length)));
  let isOurs = false;
  for (const secret of typeof secrets === "string" ? [secrets] : secrets) {
    const key = await keyOf(secret);
    for (const signature of signatures) {
      if (signature && (await crypto.subtle.verify("HMAC", key, signature, text))) isOurs = true;
    }
  }
  if (!isOurs) throw new BadSignature("signed by no secret of ours");
  return readEvent(body);
}

/** @param {string} secret */
async function keyOf(secret) {
  const bytes = bytesOf(secret.replace(/^whsec_/, ""));
  if (!bytes?.length) throw new TypeError("a secret is whsec_ and base 64");
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
}

/**
 * Return base 64 as bytes; null: it is none.
 * @param {string} text
 */
function bytesOf(text) {
  try {
    return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  } catch {
    return null;
  }
}

/**
 * Return a header of either kind of headers, in any letters.
 * @param {Headers | Readonly<Record<string, string | string[] | undefined>>} headers
 * @param {string} name
 */
function headerOf(headers, name) {
  if (headers instanceof Headers) return headers.get(name) ?? "";
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name);
  return typeof found?.[1] === "string" ? found[1] : "";
}

/**
 * @param {Uint8Array} body
 * @returns {import("./generated/types.d.ts").CloudEvent}
 */
function readEvent(body) {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    throw new Unreadable("no JSON");
  }
}
