/** What the screens keep for each person, on the server: widths, default views, lists as they were left, pins. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { request } from './client';
import { keys } from './keys';
import { useSession } from './session';
import type { Hit } from './types';

export interface Habits {
  /** Pixels by object and column. */
  widths: Record<string, Record<string, number> | undefined>;
  /** The view that an object opens with: its id, or `all`. */
  default_views: Record<string, string | undefined>;
  /** What the address of a list said when it was left. */
  lists: Record<string, string | undefined>;
  pins: Hit[];
}

export const NO_HABITS: Habits = { widths: {}, default_views: {}, lists: {}, pins: [] };

export function useHabits() {
  return useQuery({
    queryKey: keys.habits,
    queryFn: ({ signal }) => request<Habits>('GET', '/habits', { signal }),
    staleTime: 60_000,
  });
}

export interface KeepHabits {
  widths: (object: string, widths: Record<string, number>) => Promise<void>;
  defaultView: (object: string, view: string | null) => Promise<void>;
  list: (object: string, address: string | null) => Promise<void>;
  pin: (object: string, id: string, name: string) => Promise<void>;
  unpin: (object: string, id: string) => Promise<void>;
}

/** Changes what is kept: on the screen at once, then on the server. Who views as somebody else keeps nothing. */
export function useKeepHabits(): KeepHabits {
  const client = useQueryClient();
  const viewing = Boolean(useSession().data?.viewed_by);
  return useMemo(() => {
    const show = (change: (habits: Habits) => Habits) => { client.setQueryData<Habits>(keys.habits, (before) => change(before ?? NO_HABITS)); };
    const store = async (method: 'PUT' | 'DELETE', path: string, body?: unknown) => {
      if (viewing) return;
      try {
        await request(method, `/habits/${path}`, { body, keepalive: true });
      } catch (error) {
        await client.invalidateQueries({ queryKey: keys.habits });
        throw error;
      }
    };
    return {
      widths: (object, widths) => {
        show((habits) => ({ ...habits, widths: { ...habits.widths, [object]: widths } }));
        return store('PUT', `widths/${object}`, { widths });
      },
      defaultView: (object, view) => {
        show((habits) => ({ ...habits, default_views: { ...habits.default_views, [object]: view ?? undefined } }));
        return store('PUT', `default-view/${object}`, { view });
      },
      list: (object, address) => {
        show((habits) => ({ ...habits, lists: { ...habits.lists, [object]: address ?? undefined } }));
        return store('PUT', `list/${object}`, { address });
      },
      pin: (object, id, name) => {
        show((habits) => ({ ...habits, pins: [{ object, id, name, at: new Date().toISOString() }, ...habits.pins] }));
        return store('PUT', `pins/${object}/${id}`);
      },
      unpin: (object, id) => {
        show((habits) => ({ ...habits, pins: habits.pins.filter((pin) => pin.object !== object || pin.id !== id) }));
        return store('DELETE', `pins/${object}/${id}`);
      },
    };
  }, [client, viewing]);
}

/** Tells the server that the person has opened a record. */
export const noteOpened = (object: string, id: string): Promise<unknown> => request('PUT', `/recent/${object}/${id}`);
