import { Drawer, Select, Skeleton } from 'antd';
import { useState } from 'react';
import { useComparison, useConfigurationChanges } from '@/api/configuration';
import { useFormat, useLabel, useTexts } from '@/i18n';
import { EmptyState, ErrorState } from '@/ui/states';
import { PartView } from './PartView';
import { configurationTexts } from './texts';
import { useWho } from './words';

const SHOWN = 60;

/** What lies between two moments: everything, or one thing. */
export default function CompareDrawer({ onClose }: { onClose: () => void }) {
  const t = useTexts(configurationTexts);
  const label = useLabel();
  const format = useFormat();
  const who = useWho();
  const [first, setFirst] = useState('');
  const [second, setSecond] = useState('');
  const [thing, setThing] = useState('');
  const changes = useConfigurationChanges({});
  const found = useComparison(first, second);
  const heads = changes.data?.pages.flatMap((page) => page.changes) ?? [];
  const moments = heads.map((one) => ({ value: one.id, label: `#${one.id} · ${format.datetime(one.at)} · ${who(one)}` }));
  const parts = found.data?.parts ?? [];
  const shown = parts.filter((part) => thing === '' || part.path === thing).slice(0, SHOWN);
  return (
    <Drawer open size={1000} title={t('compare')} onClose={onClose}>
      <div className="config-compare">
        <label>{t('first')}<Select aria-label={t('first')} showSearch={{ optionFilterProp: 'label' }} placeholder={t('choose')} value={first || undefined} options={moments} onChange={(one: string) => { setFirst(one); setThing(''); }} /></label>
        <label>{t('second')}<Select aria-label={t('second')} showSearch={{ optionFilterProp: 'label' }} value={second} options={[{ value: '', label: t('now') }, ...moments]} onChange={(one: string) => { setSecond(one); setThing(''); }} /></label>
        <label>{t('thing')}<Select aria-label={t('thing')} showSearch={{ optionFilterProp: 'label' }} value={thing} options={[{ value: '', label: t('thingAll') }, ...parts.map((part) => ({ value: part.path, label: label(part.title) }))]} onChange={setThing} /></label>
      </div>
      {first !== '' && found.isPending ? <Skeleton active paragraph={{ rows: 8 }} /> : null}
      {found.error ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.data && parts.length === 0 ? <EmptyState title={t('same')} /> : null}
      {shown.map((part) => <PartView key={part.path} part={part} />)}
    </Drawer>
  );
}
