import { isApiError } from '@/api/errors';
import type { Translate } from '@/i18n';
import type { uiTexts } from './texts';

type Key = keyof typeof uiTexts;

/** A sentence for any error: the server's own where it gave one, else what the status means. */
export function errorText(error: unknown, t: Translate<Key>): string {
  if (!isApiError(error)) return t('broken');
  if (error.message) return error.message;
  if (error.status === 0) return t('network');
  if (error.status === 403) return t('forbidden');
  if (error.status === 404) return t('missing');
  if (error.status >= 500) return t('server');
  return t('unexpected', { status: error.status });
}
