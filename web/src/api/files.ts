import { upload, url } from './client';
import type { FileMeta } from './types';

/** Stores a file; it becomes visible with the record whose file field gets its id. */
export const uploadFile = (file: Blob, signal?: AbortSignal): Promise<FileMeta> => upload<FileMeta>('/files', { file }, { signal });

export const fileUrl = (id: string): string => url(`/files/${id}`);
