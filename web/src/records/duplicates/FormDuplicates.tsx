import { Alert, Button } from 'antd';
import { useDuplicates, type Hit } from '@/api/duplicates';
import type { ObjectModel } from '@/api/metadata';
import type { Values } from '@/api/types';
import { useTexts } from '@/i18n';
import { useDebounced } from '@/ui/useDebounced';
import { HitList } from './HitList';
import { duplicateTexts } from './texts';

const SETTLE_MS = 300;

export interface Refusal {
  blocked: boolean;
  detail: string;
  hits: Hit[];
}

interface Props {
  object: ObjectModel;
  id?: string;
  values: Values;
  /** Something was entered: what is only looked at is no question. */
  dirty: boolean;
  refusal?: Refusal;
  onGoOn: () => void;
  /** A record was found that nobody had, and taken instead of entering it anew. Who edits one goes on with it, and has both. */
  onTaken: (hit: Hit) => void;
}

/** What the record may be the same as, while one types and when saving was refused for it. */
export function FormDuplicates({ object, id, values, dirty, refusal, onGoOn, onTaken }: Props) {
  const t = useTexts(duplicateTexts);
  const asked = useDebounced(JSON.stringify(plain(values)), SETTLE_MS);
  const settled = JSON.parse(asked) as Values;
  const found = useDuplicates(object.name, settled, id, dirty && !object.configuration && object.navigation !== null);
  const hits = refusal && refusal.hits.length > 0 ? refusal.hits : dirty ? (found.data ?? []) : [];
  if (!refusal && hits.length === 0) return null;
  const entered = { object: object.name, values: settled, ...(id === undefined ? {} : { id }) };
  return (
    <Alert
      className="form-duplicates"
      type={refusal?.blocked ? 'error' : 'warning'}
      showIcon
      title={refusal ? t(refusal.blocked ? 'blocked' : 'suspected') : t('maybe')}
      description={hits.length > 0 ? <HitList hits={hits} entered={entered} takes onTaken={id === undefined ? onTaken : undefined} /> : refusal?.detail}
      action={refusal && !refusal.blocked && refusal.hits.length > 0 ? <Button size="small" onClick={onGoOn}>{t('goOn')}</Button> : undefined}
    />
  );
}

/** Names beside ids are no fields of the record. */
const plain = (values: Values): Values => Object.fromEntries(Object.entries(values).filter(([name, value]) => !name.includes('.') && value !== null && value !== undefined && value !== ''));
