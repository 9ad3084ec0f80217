import { DownloadOutlined, RollbackOutlined } from '@ant-design/icons';
import { Button, Drawer, Skeleton } from 'antd';
import { useState } from 'react';
import { archiveAddress, useConfigurationChange } from '@/api/configuration';
import { useFormat, useTexts } from '@/i18n';
import { ErrorState } from '@/ui/states';
import { KeptList } from './KeptList';
import { PartView } from './PartView';
import { PlanDialog } from './PlanDialog';
import { configurationTexts } from './texts';
import { useWho } from './words';

const SHOWN = 30;

/** One change: who and when, the text before and after it, and taking it back. */
export default function ChangeDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useTexts(configurationTexts);
  const format = useFormat();
  const who = useWho();
  const found = useConfigurationChange(id);
  const [reverting, setReverting] = useState(false);
  const [shown, setShown] = useState(SHOWN);
  const change = found.data;
  return (
    <Drawer
      open
      size={1000}
      title={t('changeNumber', { id })}
      onClose={onClose}
    >
      {found.isPending ? <Skeleton active paragraph={{ rows: 10 }} /> : null}
      {found.error ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : null}
      {change ? (
        <>
          <div className="config-tools">
            {change.revertible ? <Button icon={<RollbackOutlined />} onClick={() => { setReverting(true); }}>{t('takeBack')}</Button> : null}
            <Button icon={<DownloadOutlined />} href={archiveAddress(id)}>{t('downloadThen')}</Button>
          </div>
          <p className="config-dim">{[format.datetime(change.at), who(change), t(change.occasion)].join(' · ')}</p>
          {change.reverted_id ? <p>{t('takenBack', { id: change.reverted_id })}</p> : null}
          {change.revertible ? null : <p>{t('fixed')}</p>}
          <KeptList notes={change.notes} title={change.occasion === 'revert' ? t('kept') : t('keptUpgrade')} />
          {change.parts.slice(0, shown).map((part) => <PartView key={part.path} part={part} />)}
          {change.parts.length > shown ? <Button block onClick={() => { setShown(shown + SHOWN * 3); }}>{t('more', { n: change.parts.length })}</Button> : null}
        </>
      ) : null}
      {reverting ? <PlanDialog what={{ kind: 'revert', id }} title={t('revertTitle', { id })} onClose={() => { setReverting(false); }} onDone={onClose} /> : null}
    </Drawer>
  );
}
