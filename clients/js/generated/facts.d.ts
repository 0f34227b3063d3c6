/** The operations for machines. Written by `make clients`: change the server's types, not this file. */

import type { Operations } from "./operations.d.ts";

export interface OperationFacts {
  readonly method: string;
  readonly path: string;
  readonly query: ReadonlyArray<string>;
  readonly takes: ReadonlyArray<string>;
  readonly isJson: boolean;
  readonly isRepeatable: boolean;
  readonly paging: { readonly items: string; readonly next: string; readonly parameter: string } | null;
}

export declare const OPERATIONS: Record<keyof Operations, OperationFacts>;
