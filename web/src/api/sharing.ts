import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { request } from './client';
import { keys } from './keys';
import { useMutation } from './mutation';
import type { FilterJson } from './types';

export type Sharing = 'private' | 'public_read' | 'public_edit' | 'parent';
export type SubjectObject = 'user' | 'department' | 'role' | 'public_group';

/** A user, department (with or without those below it), role or public group. */
export interface Subject {
  object: SubjectObject;
  id: string;
  with_below: boolean;
  name?: string;
}

export interface RuleDraft {
  name: string;
  object: string;
  /** Whose records; null: those that meet `conditions`. */
  source: Subject | null;
  conditions: FilterJson | null;
  level: 'read' | 'edit';
  targets: Subject[];
  active: boolean;
  description: string | null;
}

export interface SharingRule extends RuleDraft {
  id: string;
  version: number;
  disabled_reason: string | null;
  progress: 'off' | 'building' | 'complete' | 'stopped';
  done: number;
  total: number | null;
  finished_at: string | null;
}

export interface SharedObject {
  name: string;
  sharing: Sharing;
  /** The defaults that it may have; none for a detail of `master`. */
  choices: Exclude<Sharing, 'parent'>[];
  /** Whether it can have rules as it is now. */
  rules: boolean;
  master: string | null;
}

export interface SharingSettings {
  objects: SharedObject[];
  rules: SharingRule[];
}

export interface DefaultPreview {
  records: number;
  /** People whose sight or reach changes; `people` are the first of them. */
  concerned: number;
  rules_off: number;
  gains: boolean;
  people: { id: string; name: string; reads: [number, number]; edits: [number, number] }[];
}

const POLL_MS = 1000;

/** The sharing settings; asked for again and again while a rule is being calculated. */
export function useSharing() {
  return useQuery({
    queryKey: keys.sharing,
    queryFn: ({ signal }) => request<SharingSettings>('GET', '/sharing', { signal }),
    refetchInterval: (query) => (query.state.data?.rules.some((rule) => rule.progress === 'building') ? POLL_MS : false),
  });
}

const body = (draft: RuleDraft) => ({
  name: draft.name,
  object: draft.object,
  source: draft.source ? subjectBody(draft.source) : null,
  conditions: draft.conditions,
  level: draft.level,
  targets: draft.targets.map(subjectBody),
  active: draft.active,
  description: draft.description,
});

const subjectBody = ({ object, id, with_below }: Subject) => ({ object, id, with_below });

/** How many records a rule would share with how many people; null: it says nothing yet. */
export function useRulePreview(draft: RuleDraft | null) {
  return useQuery({
    queryKey: keys.rulePreview(draft),
    queryFn: ({ signal }) => request<{ records: number; people: number }>('POST', '/sharing/preview', { body: body(draft as RuleDraft), signal }),
    enabled: draft !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

export function useDefaultPreview(object: string, sharing: Sharing, enabled: boolean) {
  return useQuery({
    queryKey: keys.defaultPreview(object, sharing),
    queryFn: ({ signal }) => request<DefaultPreview>('POST', `/sharing/objects/${object}/preview`, { body: { sharing }, signal }),
    enabled,
    retry: false,
  });
}

/** After any change of the settings: what everybody may see may be another. */
function useChanged() {
  const client = useQueryClient();
  return async () => {
    await client.invalidateQueries({ queryKey: keys.sharing });
    void client.invalidateQueries({ queryKey: keys.data });
  };
}

export function useSaveRule() {
  const changed = useChanged();
  return useMutation({
    mutationFn: ({ draft, rule }: { draft: RuleDraft; rule?: SharingRule }) =>
      rule
        ? request<{ id: string }>('PUT', `/sharing/rules/${rule.id}`, { body: { ...body(draft), version: rule.version } })
        : request<{ id: string }>('POST', '/sharing/rules', { body: body(draft) }),
    onSuccess: changed,
  });
}

export function useDeleteRule() {
  const changed = useChanged();
  return useMutation({
    mutationFn: (rule: SharingRule) => request<undefined>('DELETE', `/records/sharing_rule/${rule.id}`, { version: rule.version }),
    onSuccess: changed,
  });
}

export function useRestoreRule() {
  const changed = useChanged();
  return useMutation({
    mutationFn: (id: string) => request<unknown>('POST', `/records/sharing_rule/${id}/restore`),
    onSuccess: changed,
  });
}

/** Stop the calculation of a rule, or begin it anew. */
export function useCalculation(act: 'cancel' | 'recalculate') {
  const changed = useChanged();
  return useMutation({
    mutationFn: (id: string) => request<undefined>('POST', `/sharing/rules/${id}/${act}`),
    // A conflict says that it has ended, or begun, in the meantime: what is shown is then old as well.
    onSettled: changed,
  });
}

export function useChangeDefault() {
  const client = useQueryClient();
  const changed = useChanged();
  return useMutation({
    mutationFn: ({ object, sharing }: { object: string; sharing: Sharing }) =>
      request<{ rules_off: number }>('PUT', `/sharing/objects/${object}`, { body: { sharing } }),
    onSuccess: async () => {
      await changed();
      void client.invalidateQueries({ queryKey: keys.metadata });
    },
  });
}
