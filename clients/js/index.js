/** A client of Cloud Window for other systems; index.d.ts describes it. */
import { Client } from "./client.js";
import { verify } from "./hooks.js";
import { Away, BadSignature, CloudWindowError, Refused, TokenRefused, Unreadable } from "./refused.js";

/** @satisfies {typeof import("./index.d.ts")} */
const face = { Away, BadSignature, Client, CloudWindowError, Refused, TokenRefused, Unreadable, verify };
void face;

export { Away, BadSignature, Client, CloudWindowError, Refused, TokenRefused, Unreadable, verify };
