/** The client for other systems verifies the published vector of Standard Webhooks, several signatures, and the time. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BadSignature, Unreadable, verify } from "../../clients/js/index.js";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const AT = { nowS: 1614265330 };
const BODY = Buffer.from('{"test": 2432232314}');
const HEADERS = {
  "Webhook-Id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
  "Webhook-Timestamp": String(AT.nowS),
  "Webhook-Signature": "v1,bm90IHJpZ2h0 v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};

test("a web-hook signed by any of the secrets is ours, by either kind of headers", async () => {
  assert.deepEqual(await verify(SECRET, HEADERS, BODY, AT), { test: 2432232314 });
  assert.deepEqual(await verify([OTHER, SECRET], new Headers(HEADERS), BODY, AT), { test: 2432232314 });
  await verify(SECRET, HEADERS, BODY, { nowS: AT.nowS + 400, leewayS: 400 });
});

test("a web-hook that is forged, old or cut is refused", async () => {
  const refused = [
    [HEADERS, Buffer.from('{"test":2432232314}'), AT],
    [HEADERS, BODY, { nowS: AT.nowS + 301 }],
    [HEADERS, BODY, { nowS: AT.nowS - 301 }],
    [HEADERS, BODY, {}],
    [{ ...HEADERS, "Webhook-Id": "other" }, BODY, AT],
    [{ ...HEADERS, "Webhook-Timestamp": "9".repeat(400) }, BODY, AT],
    [{ ...HEADERS, "Webhook-Signature": HEADERS["Webhook-Signature"].replaceAll("v1,", "v2,") }, BODY, AT],
    [{ ...HEADERS, "Webhook-Signature": "v1,ä v1," }, BODY, AT],
    [{}, BODY, AT],
  ];
  for (const [headers, body, at] of refused) await assert.rejects(verify(SECRET, headers, body, at), BadSignature);
  await assert.rejects(verify(OTHER, HEADERS, BODY, AT), BadSignature);
  for (const secret of ["whsec_", "whsec_%"]) await assert.rejects(verify(secret, HEADERS, BODY, AT), TypeError);
});

test("a signed body that is no event is told", async () => {
  const key = await crypto.subtle.importKey("raw", new Uint8Array(24), { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  const text = new TextEncoder().encode(`m.${AT.nowS}.<html>`);
  const signature = Buffer.from(await crypto.subtle.sign("HMAC", key, text)).toString("base64");
  const headers = { "webhook-id": "m", "webhook-timestamp": String(AT.nowS), "webhook-signature": `v1,${signature}` };
  await assert.rejects(verify(OTHER, headers, Buffer.from("<html>"), AT), Unreadable);
});
