import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { request } from './client';
import { keys } from './keys';
import type { QueryAnswer, QueryBody, Row } from './types';

export const runQuery = <R = Row>(body: QueryBody, signal?: AbortSignal): Promise<QueryAnswer<R>> =>
  request<QueryAnswer<R>>('POST', '/query', { body, signal });

/** One page of records or one aggregate; the previous page stays while the next loads. */
export function useRecords<R = Row>(body: QueryBody, options: { enabled?: boolean; keep?: boolean } = {}) {
  return useQuery({
    queryKey: keys.query(body),
    queryFn: ({ signal }) => runQuery<R>(body, signal),
    enabled: options.enabled ?? true,
    placeholderData: options.keep === false ? undefined : keepPreviousData,
  });
}
