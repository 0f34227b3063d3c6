/** The code for receivers in docs/events.md verifies the published vector of Standard Webhooks, and nothing else. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const AT_S = 1614265330;
const HEADERS = {
  "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
  "webhook-timestamp": String(AT_S),
  "webhook-signature": "v1,bm90IHJpZ2h0 v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};
const BODY = Buffer.from('{"test": 2432232314}');

const text = readFileSync(new URL("../../docs/events.md", import.meta.url), "utf-8");
const [, code] = text.match(/```js\n(.*?)```/s) ?? [];
const { isOurs } = await import(`data:text/javascript,${encodeURIComponent(code ?? "")}`);

test("the documented code accepts what is ours and nothing else", (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: AT_S * 1000 });
  assert.equal(isOurs(SECRET, HEADERS, BODY), true);
  assert.equal(isOurs(SECRET, HEADERS, Buffer.from('{"test":2432232314}')), false);
  assert.equal(isOurs("whsec_AAAA", HEADERS, BODY), false);
  t.mock.timers.setTime((AT_S + 301) * 1000);
  assert.equal(isOurs(SECRET, HEADERS, BODY), false);
});
