import { useQuery, useQueryClient } from '@tanstack/react-query';
import { request } from './client';
import { keys } from './keys';
import { useMutation } from './mutation';

export type TokenScope = 'read' | 'write';

export interface NewToken {
  name: string;
  scopes: TokenScope[];
  /** Null: until it is revoked. */
  expires_at: string | null;
  /** The objects that it is for, each to read or to write too; null: everything its owner may. */
  objects: Record<string, TokenScope> | null;
}

export interface ApiToken extends NewToken {
  id: string;
  created_at: string;
  last_used_at: string | null;
  /** Only in the answer to its creation: the server keeps a hash. */
  token?: string;
}

export function useTokens() {
  return useQuery({
    queryKey: keys.tokens,
    queryFn: ({ signal }) => request<{ tokens: ApiToken[] }>('GET', '/tokens', { signal }).then((a) => a.tokens),
  });
}

export function useCreateToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: NewToken) => request<ApiToken>('POST', '/tokens', { body: wanted }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.tokens }),
  });
}

export function useRevokeToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request<undefined>('DELETE', `/tokens/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.tokens }),
  });
}
