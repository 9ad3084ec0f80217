import { PlusOutlined } from '@ant-design/icons';
import { Button, Tabs } from 'antd';
import { useEffect } from 'react';
import { useModel } from '@/api/metadata';
import { useRegistryLoads, useRegistryProviders } from '@/api/registries';
import { useLabel, useTexts } from '@/i18n';
import { useOpenForm } from '@/records/openForm';
import { ErrorState, PageSkeleton } from '@/ui/states';
import { MappingTable } from './MappingTable';
import { ProviderCard } from './ProviderCard';
import { registryTexts } from './texts';
import '@/records/list';
import './registries.css';

const OBJECTS = ['account', 'lead'];

/** 客户信息回填: who is asked for companies, and what of them goes into which field. */
export default function RegistriesPage() {
  const t = useTexts(registryTexts);
  const label = useLabel();
  const model = useModel();
  const openForm = useOpenForm();
  const found = useRegistryProviders();
  const loads = useRegistryLoads();
  useEffect(() => {
    document.title = `${t('title')} · Dougong`;
  }, [t]);
  // A loading that has ended changes what its provider says of itself.
  const ended = loads.data?.filter(({ state }) => state === 'done').length ?? 0;
  const { refetch } = found;
  useEffect(() => { void refetch(); }, [ended, refetch]);
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <PageSkeleton />;
  const { providers, facts } = found.data;
  return (
    <div className="list-page registries-page">
      <header className="list-head">
        <div className="list-title">
          <h1>{t('title')}</h1>
          <p>{t('hint')}</p>
        </div>
        <Button icon={<PlusOutlined />} onClick={() => { openForm({ object: 'registry_provider', initial: { kind: 'http', active: false }, onSaved: () => void found.refetch() }); }}>{t('add')}</Button>
      </header>
      <h2>{t('sources')}</h2>
      <div className="registry-cards">
        {providers.map((one) => (
          <ProviderCard key={one.id} provider={one} facts={facts} load={loads.data?.find((load) => load.provider_id === one.id)} onChanged={() => void found.refetch()} />
        ))}
      </div>
      <h2>{t('mapping')}</h2>
      <p className="registry-hint">{t('mappingHint')}</p>
      <Tabs
        items={OBJECTS.flatMap((name) => {
          const object = model.object(name);
          return object ? [{ key: name, label: label(object.label), children: <MappingTable object={object} facts={facts} /> }] : [];
        })}
      />
    </div>
  );
}
