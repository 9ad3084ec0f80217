/** The only place that speaks HTTP: one `request`, one `upload`, one `subscribe`. Cookies carry the session, a header the CSRF value. */
import { ApiError } from './errors';

const BASE = '/api/v1';
const SAFE = new Set(['GET', 'HEAD']);

let csrf: string | null = null;
let language = 'zh';
let onSignedOut: () => void = () => undefined;

export function setCsrf(value: string | null): void {
  csrf = value;
}

export function setRequestLanguage(value: string): void {
  language = value;
}

/** Called when the server answers that the session is over. */
export function setSignedOutHandler(handler: () => void): void {
  onSignedOut = handler;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export interface RequestOptions {
  /** It is sent even when the page is being left. */
  keepalive?: boolean;
  body?: unknown;
  query?: Record<string, string | number | boolean | null | undefined>;
  /** The version that the change was made from; sent as If-Match. */
  version?: number;
  signal?: AbortSignal;
}

export function url(path: string, query?: RequestOptions['query']): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return `${BASE}${path}${text ? `?${text}` : ''}`;
}

async function refusal(response: Response): Promise<ApiError> {
  const type = response.headers.get('content-type') ?? '';
  if (!type.includes('json')) return new ApiError(response.status, {});
  return new ApiError(response.status, (await response.json().catch(() => ({}))) as object);
}

async function send(method: Method, path: string, options: RequestOptions, body: BodyInit | undefined, type: string | null): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': language === 'en' ? 'en-US' : 'zh-CN' };
  if (type) headers['Content-Type'] = type;
  if (!SAFE.has(method) && csrf) headers['X-CSRF-Token'] = csrf;
  if (options.version !== undefined) headers['If-Match'] = String(options.version);
  let response: Response;
  try {
    response = await fetch(url(path, options.query), { method, headers, body, signal: options.signal, keepalive: options.keepalive, credentials: 'same-origin' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, { code: 'network' });
  }
  if (!response.ok) {
    const problem = await refusal(response);
    if (response.status === 401 && path !== '/session') onSignedOut();
    throw problem;
  }
  return response;
}

async function read<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

/** One call of the API. Raises ApiError for every answer that is not 2xx, and with status 0 when none came. */
export async function request<T>(method: Method, path: string, options: RequestOptions = {}): Promise<T> {
  const json = options.body === undefined ? undefined : JSON.stringify(options.body);
  return read<T>(await send(method, path, options, json, json === undefined ? null : 'application/json'));
}

/** A file that the server makes, with the name that it gives it. */
export async function fetchFile(path: string, body: unknown): Promise<{ content: Blob; name: string }> {
  const response = await send('POST', path, {}, JSON.stringify(body), 'application/json');
  const told = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('content-disposition') ?? '');
  return { content: await response.blob(), name: decodeURIComponent(told?.[1] ?? '') };
}

/** A multipart upload; `parts` are form fields, files among them. */
export async function upload<T>(path: string, parts: Record<string, string | Blob>, options: RequestOptions = {}): Promise<T> {
  const form = new FormData();
  for (const [name, value] of Object.entries(parts)) form.append(name, value);
  return read<T>(await send('POST', path, options, form, null));
}

/** Server-sent events of a job: `onData` for each state, until the returned function is called. The browser reconnects by itself. */
export function subscribe<T>(path: string, onData: (data: T) => void, onLost?: () => void): () => void {
  const source = new EventSource(url(path));
  source.onmessage = (event: MessageEvent<string>) => {
    onData(JSON.parse(event.data) as T);
  };
  source.onerror = () => {
    onLost?.();
  };
  return () => {
    source.close();
  };
}
