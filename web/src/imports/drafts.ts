/** Uploaded files whose columns are being mapped, kept for this tab so that reloading loses nothing. */
import type { ImportDraft } from '@/api/imports';
import type { Plan } from './plan';

export interface KeptDraft {
  object: string;
  fileName: string;
  draft: ImportDraft;
  plan: Plan;
}

const key = (id: string): string => `dougong.import.${id}`;

export function keepDraft(kept: KeptDraft): void {
  try {
    sessionStorage.setItem(key(kept.draft.id), JSON.stringify(kept));
  } catch {
    // A full store only means that reloading the page begins anew.
  }
}

export function draftOf(id: string): KeptDraft | null {
  const text = sessionStorage.getItem(key(id));
  if (text === null) return null;
  try {
    return JSON.parse(text) as KeptDraft;
  } catch {
    return null;
  }
}

export const dropDraft = (id: string): void => {
  sessionStorage.removeItem(key(id));
};
