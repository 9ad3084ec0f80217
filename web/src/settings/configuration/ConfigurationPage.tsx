import { DiffOutlined, DownloadOutlined, UploadOutlined } from '@ant-design/icons';
import { Button, Tabs } from 'antd';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import { archiveAddress } from '@/api/configuration';
import { useTexts } from '@/i18n';
import { History } from './History';
import { Templates } from './Templates';
import { configurationTexts } from './texts';
import { UploadDialog } from './UploadDialog';
import './configuration.css';

const ChangeDrawer = lazy(() => import('./ChangeDrawer'));
const CompareDrawer = lazy(() => import('./CompareDrawer'));

/** The history of the configuration, moving it as text, and templates. */
export default function ConfigurationPage() {
  const t = useTexts(configurationTexts);
  const [search, setSearch] = useSearchParams();
  const [open, setOpen] = useState<'compare' | 'upload'>();
  const change = search.get('change') ?? '';
  const tab = search.get('tab') ?? 'history';
  const title = t('title');
  useEffect(() => {
    document.title = `${title} · Dougong`;
  }, [title]);
  const close = () => { setOpen(undefined); };
  return (
    <div className="config">
      <header className="config-head">
        <div>
          <h1>{title}</h1>
          <p>{t('hint')}</p>
        </div>
        <div className="config-tools">
          <Button icon={<DiffOutlined />} onClick={() => { setOpen('compare'); }}>{t('compare')}</Button>
          <Button icon={<DownloadOutlined />} href={archiveAddress()}>{t('download')}</Button>
          <Button icon={<UploadOutlined />} onClick={() => { setOpen('upload'); }}>{t('upload')}</Button>
        </div>
      </header>
      <Tabs
        activeKey={tab}
        onChange={(key) => { setSearch(key === 'history' ? {} : { tab: key }, { replace: true }); }}
        items={[
          { key: 'history', label: t('history'), children: <History onOpen={(id) => { setSearch({ change: id }); }} /> },
          { key: 'templates', label: t('templates'), children: <Templates /> },
        ]}
      />
      <Suspense>
        {change ? <ChangeDrawer key={change} id={change} onClose={() => { setSearch({}); }} /> : null}
        {open === 'compare' ? <CompareDrawer onClose={close} /> : null}
      </Suspense>
      {open === 'upload' ? <UploadDialog onClose={close} /> : null}
    </div>
  );
}
