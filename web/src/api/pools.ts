/** Pools: those that one is in, how a record stands with its pool, what other rules would do, who takes and returns. */
import { useQuery } from '@tanstack/react-query';
import { request } from './client';
import { keys } from './keys';

export interface PoolRules {
  automatic: boolean;
  default_days: number;
  extend_days: number | null;
  longest_days: number | null;
  no_activity_days: number | null;
}

export interface JoinedPool extends PoolRules {
  id: string;
  name: string;
  claimable: boolean;
  remind_days: number;
  refreeze_days: number;
  daily_limit: number | null;
  administers: boolean;
  unclaimed: number;
  unclaimed_capped: boolean;
  held: number;
  /** How many may still be taken today; null: no limit. */
  left_today: number | null;
  /** Fields that are blank until somebody takes the record. */
  hidden: string[];
  room: { possible: number; maximum: number } | null;
}

export interface PoolState {
  pool: { id: string; name: string } | null;
  administers?: boolean;
  remind_days?: number;
  rule?: { rule: 'protection' | 'no_activity' | 'longest'; days: number; since: string; period: string | null } | null;
  /** Fields that are blank until somebody takes the record. */
  hidden?: string[];
}

export interface Trial {
  held: number;
  would: number;
  now: number;
  people: { id: string | null; name: string; count: number }[];
}

export interface PoolPerson {
  id: string;
  name: string;
  held: number;
  again: number;
  kinds: Record<string, number>;
}

export function useJoinedPools(object: string, enabled = true) {
  return useQuery({
    queryKey: keys.joinedPools(object),
    queryFn: ({ signal }) => request<{ pools: JoinedPool[] }>('GET', `/pools/of/${object}`, { signal }).then((answer) => answer.pools),
    enabled,
  });
}

export function usePoolState(object: string, id: string) {
  return useQuery({
    queryKey: keys.poolState(object, id),
    queryFn: ({ signal }) => request<PoolState>('GET', `/pools/record/${object}/${id}`, { signal }),
  });
}

export function useTrial(pool: string, rules: PoolRules) {
  return useQuery({
    queryKey: keys.poolTrial(pool, rules),
    queryFn: ({ signal }) => request<Trial>('POST', `/pools/${pool}/try`, { body: rules, signal }),
    retry: false,
  });
}

export function usePoolStatistics(pool: string, days: number) {
  return useQuery({
    queryKey: keys.poolStatistics(pool, days),
    queryFn: ({ signal }) => request<{ people: PoolPerson[] }>('GET', `/pools/${pool}/statistics`, { query: { days }, signal }).then((answer) => answer.people),
  });
}
