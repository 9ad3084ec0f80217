import { createContext, useContext } from 'react';
import type { SavedRecord, Values } from '@/api/types';

export interface FormRequest {
  object: string;
  /** Edit this record; without it a new one is made. */
  id?: string;
  /** What a new record starts with (the related list's parent, the kanban column's stage). */
  initial?: Values;
  /** The new record is a part of another, to which this field leads: the form is a small dialog without it. */
  partBy?: string;
  onSaved?: (saved: SavedRecord) => void;
}

/** Opens the form drawer over the page; the shell draws it, so that every feature may ask for it. */
export const OpenFormContext = createContext<(request: FormRequest) => void>(() => undefined);

export const useOpenForm = () => useContext(OpenFormContext);
