import { useModel } from '@/api/metadata';
import type { SearchHit } from '@/api/search';
import { detailText, phoneText } from '@/fields/phone';
import { useLabel, useTexts } from '@/i18n';
import { Marked } from '@/ui/Marked';
import { appTexts } from './texts';

/** A hit on one line: its name, and what tells it from others or where it was found. */
export function SearchHitLine({ hit }: { hit: SearchHit }) {
  const t = useTexts(appTexts);
  return (
    <div className={hit.foreign ? 'search-hit foreign' : 'search-hit'} title={hit.foreign ? t('foreignHint') : undefined}>
      <span><Marked text={hit.name} marks={hit.marks} /></span>
      {hit.foreign ? <span className="search-detail">{[t('foreignHit'), detailText(hit.detail)].filter(Boolean).join(' · ')}</span> : <Detail hit={hit} />}
    </div>
  );
}

function Detail({ hit }: { hit: SearchHit }) {
  const label = useLabel();
  const model = useModel();
  const found = hit.found_in;
  if (found) {
    const field = model.object(hit.object)?.field(found.field);
    const phone = field?.type === 'phone';
    return (
      <span className="search-detail">
        {field ? `${label(field.label)} ` : ''}
        {phone ? <mark className="sought">{phoneText(found.value)}</mark> : <Marked text={found.value} marks={found.marks} />}
      </span>
    );
  }
  return hit.detail ? <span className="search-detail">{detailText(hit.detail)}</span> : null;
}
