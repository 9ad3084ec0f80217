import { PlusOutlined } from '@ant-design/icons';
import { Button, Menu, Result, Select, Tag } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useDimensions, type Dimension } from '@/api/dimensions';
import { useUser } from '@/api/user';
import { useSettings, useTexts } from '@/i18n';
import { ErrorState, PageSkeleton } from '@/ui/states';
import { useIsPhone } from '@/ui/useViewport';
import { DepartmentsCard } from './DepartmentsCard';
import { DimensionCard } from './DimensionCard';
import { DimensionDialog } from './DimensionDialog';
import { dimensionTexts } from './texts';
import './dimensions.css';

const DEPARTMENTS = 'department';

/** Settings: the dimensions, their values, what they control, and how far roles reach in them. */
export default function DimensionsPage() {
  const t = useTexts(dimensionTexts);
  const user = useUser();
  if (!user.administers) return <Result status="403" title={t('title')} subTitle={t('only')} />;
  return <Dimensions />;
}

function Dimensions() {
  const t = useTexts(dimensionTexts);
  const { language } = useSettings();
  const phone = useIsPhone();
  const found = useDimensions();
  const [address, setAddress] = useSearchParams();
  const [adding, setAdding] = useState(false);
  if (found.isPending) return <PageSkeleton />;
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;

  const name = (dimension: Dimension) => (language === 'en' && dimension.name_en) || dimension.name;
  const at = address.get('at') ?? found.data[0]?.id ?? DEPARTMENTS;
  const current = found.data.find((dimension) => dimension.id === at);
  const go = (id: string) => { setAddress({ at: id }, { replace: true }); };
  const items = [
    { key: DEPARTMENTS, label: t('departments'), tag: t('builtIn') },
    ...found.data.map((dimension) => ({ key: dimension.id, label: name(dimension), tag: dimension.active ? null : t('off') })),
  ];
  return (
    <div className="dims-page">
      <header className="dims-head">
        <div>
          <h1>{t('title')}</h1>
          <p>{t('hint')}</p>
        </div>
        <Button type="primary" icon={<PlusOutlined />} onClick={() => { setAdding(true); }}>{t('add')}</Button>
      </header>
      <div className="dims-body">
        {phone ? (
          <Select aria-label={t('title')} value={current?.id ?? DEPARTMENTS} onChange={go} options={items.map(({ key, label }) => ({ value: key, label }))} />
        ) : (
          <nav className="dims-list" aria-label={t('title')}>
            <Menu
              selectedKeys={[current?.id ?? DEPARTMENTS]}
              onClick={({ key }) => { go(key); }}
              items={items.map(({ key, label, tag }) => ({ key, label: <span className="dims-node">{label}{tag ? <Tag>{tag}</Tag> : null}</span> }))}
            />
          </nav>
        )}
        {current ? <DimensionCard key={current.id} dimension={current} name={name(current)} /> : <DepartmentsCard />}
      </div>
      {adding ? <DimensionDialog onClose={() => { setAdding(false); }} onSaved={go} /> : null}
    </div>
  );
}
