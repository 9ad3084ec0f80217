import { afterEach, describe, expect, it, vi } from 'vitest';
import { request, setCsrf, setRequestLanguage, setSignedOutHandler, url } from './client';
import { ApiError, isStale } from './errors';

const answer = (status: number, body: unknown, type = 'application/problem+json') =>
  new Response(status === 204 ? null : JSON.stringify(body), { status, headers: { 'content-type': type } });

const fetchWith = (response: () => Promise<Response>) => {
  const spy = vi.spyOn(globalThis, 'fetch').mockImplementation(response);
  return () => new Headers(spy.mock.lastCall?.[1]?.headers);
};

const refusalOf = async (act: Promise<unknown>): Promise<ApiError> => {
  const error: unknown = await act.then(() => undefined, (e: unknown) => e);
  if (!(error instanceof ApiError)) throw new Error('expected an ApiError');
  return error;
};

afterEach(() => {
  setCsrf(null);
  setSignedOutHandler(() => undefined);
});

describe('a request', () => {
  it('carries the language, and the CSRF value and version only where they belong', async () => {
    setCsrf('secret');
    setRequestLanguage('en');
    const headers = fetchWith(() => Promise.resolve(answer(200, {}, 'application/json')));
    await request('GET', '/metadata');
    expect(headers().get('X-CSRF-Token')).toBeNull();
    expect(headers().get('Accept-Language')).toBe('en-US');
    await request('PATCH', '/records/account/1', { body: { values: {} }, version: 7 });
    expect(headers().get('X-CSRF-Token')).toBe('secret');
    expect(headers().get('If-Match')).toBe('7');
  });

  it('leaves blank parameters out of the address', () => {
    expect(url('/lookup/account', { q: '华&信', after: null, limit: 20, x: '' })).toBe('/api/v1/lookup/account?q=%E5%8D%8E%26%E4%BF%A1&limit=20');
  });

  it('turns a problem document into a typed error', async () => {
    const problems = [{ code: 'field.required', field: 'name', row: 0, detail: '请填写名称' }, { code: 'field.range', field: 'amount', row: 0, detail: '太大' }];
    fetchWith(() => Promise.resolve(answer(422, { code: 'records.refused', problems })));
    const error = await refusalOf(request('POST', '/records/account', { body: {} }));
    expect(error).toMatchObject({ status: 422, code: 'records.refused', message: '请填写名称' });
    expect(error.byField()).toEqual({ name: ['请填写名称'], amount: ['太大'] });
  });

  it('knows a stale version by the current record', async () => {
    fetchWith(() => Promise.resolve(answer(409, { code: 'record.stale', detail: '已被修改', current: { id: '1', version: 9 } })));
    const error = await refusalOf(request('PATCH', '/records/account/1', { body: {}, version: 3 }));
    expect(isStale(error)).toBe(true);
    expect(error.current).toEqual({ id: '1', version: 9 });
  });

  it('tells when the session is over, but not for the question who is signed in', async () => {
    const signedOut = vi.fn();
    setSignedOutHandler(signedOut);
    fetchWith(() => Promise.resolve(answer(401, { code: 'session.expired' })));
    await refusalOf(request('GET', '/session'));
    expect(signedOut).not.toHaveBeenCalled();
    await refusalOf(request('GET', '/metadata'));
    expect(signedOut).toHaveBeenCalledOnce();
  });

  it('has a status of 0 when no answer came, and survives an answer that is no JSON', async () => {
    fetchWith(() => Promise.reject(new TypeError('failed')));
    expect(await refusalOf(request('GET', '/metadata'))).toMatchObject({ status: 0, code: 'network' });
    fetchWith(() => Promise.resolve(new Response('<html>', { status: 502, headers: { 'content-type': 'text/html' } })));
    expect(await refusalOf(request('GET', '/metadata'))).toMatchObject({ status: 502, message: '' });
  });
});
