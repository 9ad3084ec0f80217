import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { request, subscribe } from './client';
import { keys } from './keys';
import { useMutation } from './mutation';

export interface Counted {
  number: number;
  capped: boolean;
}

/** What a person owns of one object; `open` is null where its records have no end. */
export interface Holding {
  object: string;
  total: Counted;
  open: Counted | null;
  /** Whether who asks may hand such records over. */
  can: boolean;
}

export interface HandoverBody {
  from_id: string;
  parts: { object: string; to_id: string; open_only: boolean }[];
  keep: 'read' | 'edit' | null;
  move_department: boolean;
}

export interface MergeBody {
  from_id: string;
  to_id: string;
  records: boolean;
}

/** A hand-over or a merge under way or over. */
export interface Move {
  id: string;
  kind: 'handover' | 'merge';
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'undone';
  /** What is under way is the taking back. */
  undoing: boolean;
  progress: number;
  total: number | null;
  moved: number;
  objects: Record<string, number>;
  undone: number;
  /** The first records that stayed as they are, each with the reason in words. */
  kept: { id: string; detail: string }[];
  kept_count: number;
  undoable: boolean;
  error: { detail: string } | null;
}

export const isUnderWay = (move: Move): boolean => move.state === 'waiting' || move.state === 'running';

export function useHoldings(user: string) {
  return useQuery({
    queryKey: keys.holdings(user),
    queryFn: ({ signal }) => request<{ holdings: Holding[] }>('GET', `/users/${user}/holdings`, { signal }).then((answer) => answer.holdings),
  });
}

export const useHandOver = () => useMutation({ mutationFn: (body: HandoverBody) => request<Move>('POST', '/handovers', { body }) });

export const useMerge = () => useMutation({ mutationFn: (body: MergeBody) => request<Move>('POST', '/merges', { body }) });

export const cancelMove = (id: string) => request<Move>('POST', `/moves/${id}/cancel`);

export const undoMove = (id: string) => request<Move>('POST', `/moves/${id}/undo`);

/** A job as it stands, kept up to date by the server's events; once it is over, everything shown is read again. */
export function useMove(id: string) {
  const client = useQueryClient();
  const query = useQuery({ queryKey: keys.move(id), queryFn: ({ signal }) => request<Move>('GET', `/moves/${id}`, { signal }) });
  const active = query.data !== undefined && isUnderWay(query.data);
  useEffect(() => {
    if (!active) return undefined;
    const take = (move: Move) => {
      client.setQueryData(keys.move(id), move);
      if (!isUnderWay(move)) void client.invalidateQueries({ queryKey: keys.data });
    };
    return subscribe<Move>(`/moves/${id}/events`, take, () => void client.invalidateQueries({ queryKey: keys.move(id) }));
  }, [active, client, id]);
  return query;
}
