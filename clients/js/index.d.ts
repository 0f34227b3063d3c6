/** A client of Cloud Window for other systems: its operations, its feed of events, its web-hooks, its frames. */
import type { Operations, PagedOperations } from "./generated/operations.d.ts";
import type { CloudEvent, Code } from "./generated/types.d.ts";

export type * from "./generated/operations.d.ts";
export type * from "./generated/types.d.ts";
/** Frames of the session socket: `ClientFrame` is sent, `ServerFrame` received. */
export type * as frames from "./generated/frames.d.ts";

export type Param = string | number | boolean | null;

/** A machine's key, or with its name client credentials; `operations` narrows the tokens to these. */
export interface Access {
  readonly key: string;
  readonly name?: string;
  readonly operations?: ReadonlyArray<keyof Operations>;
}

export interface ClientOptions {
  /** Seconds within which an answer must come; 30. */
  readonly timeoutS?: number;
  /** Tries of a call; 4. */
  readonly attempts?: number;
  /** Send the key over plain HTTP: only where the network itself is protected. */
  readonly plainHttp?: boolean;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** Events in the order of their commits, and the cursor behind them: keep it in the same commit as the work. */
export interface FeedPage {
  readonly events: ReadonlyArray<CloudEvent>;
  readonly cursor: string;
}

export interface FeedOptions extends CallOptions {
  /** The cursor to go on from; empty: the oldest event that is kept; `newest`: behind the last one. */
  readonly after?: string;
  readonly limit?: number;
  /** Seconds of long poll; with 0 the feed ends when there are no more events. */
  readonly waitS?: number;
  /** Events after the cursor were removed: the feed goes on at `begin`. Without it the refusal is thrown. */
  readonly onGap?: (begin: string) => void;
}

/** Asks an installation as a machine. */
export declare class Client {
  constructor(url: string, access: Access, options?: ClientOptions);
  /** Carry out an operation. */
  ask<K extends keyof Operations>(
    operation: K,
    given?: Operations[K]["given"],
    options?: CallOptions,
  ): Promise<Operations[K]["answer"]>;
  /** Yield all items of a list, page after page. */
  each<K extends keyof PagedOperations>(
    operation: K,
    given?: Operations[K]["given"],
    options?: CallOptions,
  ): AsyncGenerator<PagedOperations[K], void, void>;
  /** Yield pages of events for ever, waiting out outages; a page may be empty: its cursor counts all the same. */
  feed(options?: FeedOptions): AsyncGenerator<FeedPage, void, void>;
}

/** The base of all errors of this package. */
export declare class CloudWindowError extends Error {}

/** No answer came: no connection, or none in time. */
export declare class Away extends CloudWindowError {}

/** The server answered in a shape that its interface does not have. */
export declare class Unreadable extends CloudWindowError {}

/** A web-hook is unsigned, signed by no secret of ours, or too old or new. */
export declare class BadSignature extends CloudWindowError {}

/** The server refused. */
export declare class Refused extends CloudWindowError {
  constructor(
    status: number,
    code: string,
    params: Record<string, Param>,
    retryAfterS: number | null,
    request: string,
  );
  readonly status: number;
  /** Stable; empty where it was no server of ours that answered. */
  readonly code: Code;
  readonly params: Record<string, Param>;
  readonly retryAfterS: number | null;
  /** The request's name in the server's log. */
  readonly request: string;
}

/** The server gave no token; `code` is the `error` of RFC 6749, 5.2, such as `invalid_client`. */
export declare class TokenRefused extends Refused {}

export interface VerifyOptions {
  /** Seconds by which the clocks may differ, and a message may be late; 300. */
  readonly leewayS?: number;
  readonly nowS?: number;
}

/**
 * Return the event of a web-hook, whose `id` is the same at each attempt; throws `BadSignature`.
 * `secrets` are `whsec_…`: the one, or during a rotation the old and the new one; `body` are the bytes that came.
 */
export declare function verify(
  secrets: string | ReadonlyArray<string>,
  headers: Headers | Readonly<Record<string, string | string[] | undefined>>,
  body: Uint8Array,
  options?: VerifyOptions,
): Promise<CloudEvent>;
