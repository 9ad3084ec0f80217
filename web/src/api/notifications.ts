/** What the reader is told: how many are unread, the list of them, and which kinds they want. */
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { request } from './client';
import { keys } from './keys';
import { useMutation } from './mutation';

export interface Notification {
  id: string;
  at: string;
  kind: string;
  text: string;
  object: string | null;
  record_id: string | null;
  read: boolean;
}

export interface NotificationKind {
  kind: string;
  label: string;
  on: boolean;
}

interface Page {
  rows: Notification[];
  next: string | null;
}

const EVERY = 30_000;

/** How many are unread, up to 100. Asked again while the window is in front, so that an open page hears of news. */
export function useUnread() {
  return useQuery({
    queryKey: keys.unread,
    queryFn: async ({ signal }) => (await request<{ unread: number }>('GET', '/notifications/unread', { signal })).unread,
    refetchInterval: EVERY,
    refetchOnWindowFocus: true,
  });
}

export function useNotifications(unread: boolean) {
  return useInfiniteQuery({
    queryKey: keys.notifications(unread),
    queryFn: ({ pageParam, signal }) => request<Page>('GET', '/notifications', { query: { before: pageParam, unread }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
}

/** Marks some as read, or (null) all. */
export function useMarkRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ids: string[] | null) => request('POST', '/notifications/read', { body: { ids } }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.told }),
  });
}

export function useNotificationKinds() {
  return useQuery({
    queryKey: keys.notificationKinds,
    queryFn: async ({ signal }) => (await request<{ kinds: NotificationKind[] }>('GET', '/notifications/kinds', { signal })).kinds,
  });
}

export function useChooseKinds() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (kinds: NotificationKind[]) => request('PUT', '/notifications/kinds', { body: { off: kinds.filter(({ on }) => !on).map(({ kind }) => kind) } }),
    onMutate: (kinds) => { client.setQueryData(keys.notificationKinds, kinds); },
    onError: () => client.invalidateQueries({ queryKey: keys.notificationKinds }),
  });
}
