/** What the server says when it refuses (RFC 9457 problem+json), as a typed error. */

export interface Problem {
  code: string;
  detail: string;
  field?: string | null;
  row?: number | null;
  params?: Record<string, unknown>;
}

interface ProblemDocument {
  status?: number;
  title?: string;
  code?: string;
  detail?: unknown;
  field?: string | null;
  problems?: Problem[];
  current?: Record<string, unknown> | null;
  params?: Record<string, unknown>;
}

/** `status` 0 means that no answer came. `message` is a sentence in the user's language, or empty when the server gave none. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | null;
  readonly problems: Problem[];
  /** The record as it is now, when the change came from a stale version (409). */
  readonly current: Record<string, unknown> | null;
  readonly params: Record<string, unknown>;

  constructor(status: number, document: ProblemDocument) {
    const problems = document.problems ?? [];
    super(typeof document.detail === 'string' ? document.detail : (problems[0]?.detail ?? ''));
    this.name = 'ApiError';
    this.status = status;
    this.code = document.code ?? (status === 0 ? 'network' : `http.${String(status)}`);
    this.field = document.field ?? null;
    this.problems = problems;
    this.current = document.current ?? null;
    this.params = document.params ?? {};
  }

  /** The sentences of a refused form by field; those of no field are under the empty name. */
  byField(): Record<string, string[]> {
    const found: Record<string, string[]> = {};
    const all = this.problems.length > 0 ? this.problems : [{ code: this.code, detail: this.message, field: this.field }];
    for (const problem of all) (found[problem.field ?? ''] ??= []).push(problem.detail);
    return found;
  }
}

export const isApiError = (error: unknown): error is ApiError => error instanceof ApiError;

/** True for a 409: somebody else changed the record since it was read. */
export const isStale = (error: unknown): error is ApiError => isApiError(error) && error.status === 409 && error.current !== null;
