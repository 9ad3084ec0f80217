import type { ChangeHead } from '@/api/configuration';
import { useTexts } from '@/i18n';
import { configurationTexts } from './texts';

const WAYS = ['ui', 'api', 'cli', 'import', 'system'] as const;

/** Who it was, and by which way. */
export function useWho(): (change: ChangeHead) => string {
  const t = useTexts(configurationTexts);
  return (change) => {
    const way = WAYS.find((one) => one === change.via);
    const name = change.actor_id === null ? t('product') : change.actor_name;
    return way === undefined || way === 'system' ? name : t('by', { name, way: t(way) });
  };
}
