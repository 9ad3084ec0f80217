/** Activities beyond their records: posting with files and mentions, whom one can mention, the calendar's address. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { request } from './client';
import { keys } from './keys';
import { useMutation } from './mutation';
import { useDataChanged } from './records';
import type { Values } from './types';

export interface Mentionable {
  id: string;
  name: string;
  detail: string;
  /** Whether they may see the record that the activity is about. */
  sees: boolean;
}

export interface Posted {
  values: Values;
  mentions: string[];
  files: string[];
}

export function usePostActivity() {
  const changed = useDataChanged();
  return useMutation({ mutationFn: (body: Posted) => request<{ id: string }>('POST', '/activities', { body }), onSuccess: changed });
}

export const findMentionable = async (text: string, object: string, id: string): Promise<Mentionable[]> =>
  (await request<{ rows: Mentionable[] }>('GET', '/activities/mentionable', { query: { q: text, object, id } })).rows;

export interface CalendarFeed {
  since: string | null;
  last_read_at: string | null;
}

export function useCalendarFeed() {
  return useQuery({ queryKey: keys.calendarFeed, queryFn: ({ signal }) => request<CalendarFeed>('GET', '/calendar-feed', { signal }) });
}

/** Makes the secret address (its path, told this once), or closes it. */
export function useChangeFeed() {
  const client = useQueryClient();
  const onSettled = () => client.invalidateQueries({ queryKey: keys.calendarFeed });
  return {
    open: useMutation({ mutationFn: () => request<{ path: string }>('POST', '/calendar-feed'), onSettled }),
    close: useMutation({ mutationFn: () => request('DELETE', '/calendar-feed'), onSettled }),
  };
}
