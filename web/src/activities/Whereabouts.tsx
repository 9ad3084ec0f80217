import { Alert, Button, Spin } from 'antd';
import { useTexts } from '@/i18n';
import { activityTexts } from './texts';
import type { Found } from './usePosition';

/** Where the device is, or why that is not known and what to do. */
export function Whereabouts({ found, onAgain }: { found: Found; onAgain: () => void }) {
  const t = useTexts(activityTexts);
  const again = <Button size="small" onClick={onAgain}>{t('again')}</Button>;
  if (found.state === 'asking') return <Alert type="info" title={<span><Spin size="small" /> {t('locating')}</span>} />;
  if (found.state === 'found') return <Alert type="success" showIcon title={t('located', { n: Math.round(found.position.accuracy) })} action={again} />;
  if (found.state === 'denied') return <Alert type="warning" showIcon title={t('denied')} description={<>{t('deniedHint')}<div className="again">{again}</div></>} />;
  return <Alert type="warning" showIcon title={t(found.state)} description={t('unavailableHint')} action={found.state === 'unavailable' ? again : undefined} />;
}
