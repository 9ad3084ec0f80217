/** All query keys. Everything that a write can change hangs under `data`, so one invalidation reaches it. */
import type { QueryBody } from './types';

export const keys = {
  session: ['session'] as const,
  metadata: ['metadata'] as const,
  data: ['data'] as const,
  query: (body: QueryBody) => ['data', 'query', body.object, body] as const,
  kanban: (body: QueryBody) => ['data', 'kanban', body.object, body] as const,
  record: (object: string, id: string) => ['data', 'record', object, id] as const,
  history: (object: string, id: string) => ['data', 'history', object, id] as const,
  access: (object: string, id: string, action: string, user: string) => ['data', 'access', object, id, action, user] as const,
  permitted: (object: string, id: string, action: string) => ['data', 'permitted', object, id, action] as const,
  timeline: (object: string, id: string) => ['data', 'timeline', object, id] as const,
  lookup: (object: string, text: string) => ['data', 'lookup', object, text] as const,
  names: (object: string, ids: string[]) => ['data', 'names', object, ids] as const,
  search: (text: string) => ['data', 'search', text] as const,
  recent: ['data', 'recent'] as const,
  listViews: (object: string) => ['data', 'list-views', object] as const,
  tokens: ['tokens'] as const,
  secondFactor: ['second-factor'] as const,
  sessions: ['sessions'] as const,
  imports: ['imports'] as const,
  import: (id: string) => ['imports', id] as const,
  export: (id: string) => ['exports', id] as const,
};
