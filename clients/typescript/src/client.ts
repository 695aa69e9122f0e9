// A client in forty lines: fetch, a typed document, the errors as exceptions. Any other GraphQL client takes the same documents.
import type { TypedDocumentString } from "./gql/graphql.ts";

export interface UserError {
  code: string;
  field?: string | null;
  message: string;
}

/** A GraphQL error: `code` is stable (docs/api/errors.md), `requestId` finds it in the log. */
export class Refused extends Error {
  readonly code: string;
  readonly requestId: string | undefined;
  readonly retryable: boolean;

  constructor(error: { message: string; extensions?: { code?: string; requestId?: string; retryable?: boolean } }) {
    super(error.message);
    this.code = error.extensions?.code ?? "UNKNOWN";
    this.requestId = error.extensions?.requestId;
    this.retryable = error.extensions?.retryable ?? false;
  }
}

/** Something the user can mend: all of a payload's `userErrors`. */
export class Mendable extends Error {
  readonly errors: readonly UserError[];

  constructor(errors: readonly UserError[]) {
    super(errors.map((e) => `${e.code} ${e.field ?? ""}: ${e.message}`).join("; "));
    this.errors = errors;
  }
}

export interface Options {
  /** An access token of `signIn`, or an API key. */
  token?: () => string | undefined;
  /** The token of `startGuest`, for a visitor's cart. */
  guest?: string;
  language?: "zh-CN" | "en";
}

type Variables<V> = V extends Record<string, never> ? [variables?: V] : Partial<V> extends V ? [variables?: V] : [variables: V];

export function bangfu(url: string, options: Options = {}) {
  return async function ask<R, V>(document: TypedDocumentString<R, V>, ...[variables]: Variables<V>): Promise<R> {
    const token = options.token?.();
    const answer = await fetch(url, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/graphql-response+json",
        "Accept-Language": options.language ?? "zh-CN",
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...(options.guest ? { "X-Bangfu-Guest": options.guest } : {}),
      },
      body: JSON.stringify({ query: document.toString(), variables }),
    });
    const body = (await answer.json()) as { data?: R; errors?: ConstructorParameters<typeof Refused>[0][] };
    const error = body.errors?.[0];
    if (error) throw new Refused(error);
    return body.data as R;
  };
}

/** The payload, when nothing is to be mended. Throws Mendable. */
export function done<P extends { userErrors: readonly UserError[] }>(payload: P): P {
  if (payload.userErrors.length > 0) throw new Mendable(payload.userErrors);
  return payload;
}

/** A key of an act that moves money or goods: make one for each act, keep it while you repeat the same. */
export function newKey(): string {
  return crypto.randomUUID();
}
