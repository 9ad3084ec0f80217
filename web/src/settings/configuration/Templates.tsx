import { Button, Card, Checkbox, Skeleton, Tag } from 'antd';
import { useState } from 'react';
import { usePackages, type PackageRow, type Undertaking } from '@/api/configuration';
import { useLabel, useTexts } from '@/i18n';
import { ErrorState } from '@/ui/states';
import { PlanDialog } from './PlanDialog';
import { configurationTexts } from './texts';

/** The templates that come with the product, and what else is installed. */
export function Templates() {
  const found = usePackages();
  const [asked, setAsked] = useState<{ what: Undertaking; title: string }>();
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton active paragraph={{ rows: 6 }} />;
  const packages = found.data.packages.filter((one) => one.removable || one.installed === null);
  return (
    <div className="config-templates">
      {packages.map((one) => <Template key={one.name} row={one} onAsk={(what, title) => { setAsked({ what, title }); }} />)}
      {asked ? <PlanDialog what={asked.what} title={asked.title} onClose={() => { setAsked(undefined); }} /> : null}
    </div>
  );
}

function Template({ row, onAsk }: { row: PackageRow; onAsk: (what: Undertaking, title: string) => void }) {
  const t = useTexts(configurationTexts);
  const label = useLabel();
  const [sample, setSample] = useState(false);
  const name = label(row.label);
  const there = row.installed !== null;
  const outdated = there && row.version !== undefined && row.version !== row.installed;
  return (
    <Card
      size="small"
      title={name}
      extra={there ? <Tag color="green">{row.installed ? t('installedVersion', { version: row.installed }) : t('installed')}</Tag> : null}
    >
      {row.description ? <p>{label(row.description)}</p> : null}
      {row.objects ? <p className="config-dim">{t('includes')}: {row.objects.map((one) => label(one)).join(' · ')}</p> : null}
      <div className="config-tools">
        {there ? null : (
          <>
            <Button type="primary" onClick={() => { onAsk({ kind: 'install', name: row.name, sample }, t('installTitle', { name })); }}>{t('installButton')}</Button>
            {row.sample ? <Checkbox checked={sample} onChange={(event) => { setSample(event.target.checked); }}>{t('sample')}</Checkbox> : null}
          </>
        )}
        {outdated ? <Button type="primary" onClick={() => { onAsk({ kind: 'install', name: row.name, sample: false }, t('updateTitle', { name })); }}>{t('updateButton')}</Button> : null}
        {there && row.removable ? <Button danger onClick={() => { onAsk({ kind: 'remove', name: row.name }, t('removeTitle', { name })); }}>{t('removeButton')}</Button> : null}
      </div>
    </Card>
  );
}
