import { Alert, Descriptions, Empty, Input, Modal } from 'antd';
import { useState } from 'react';
import { tryProvider, type RegistryFact, type RegistryProvider } from '@/api/registries';
import { useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { registryTexts } from './texts';

type Tried = Awaited<ReturnType<typeof tryProvider>>;

/** Asks one provider for a name, and shows all that it says. */
export function TrialDialog({ provider, facts, onClose }: { provider: RegistryProvider; facts: RegistryFact[]; onClose: () => void }) {
  const t = useTexts(registryTexts);
  const label = useLabel();
  const { failed } = useFeedback();
  const [asking, setAsking] = useState(false);
  const [tried, setTried] = useState<Tried>();
  const ask = async (text: string) => {
    if (text.trim() === '') return;
    setAsking(true);
    try {
      setTried(await tryProvider(provider.id, text.trim()));
    } catch (error) {
      failed(error);
    } finally {
      setAsking(false);
    }
  };
  const whole = tried?.whole;
  const known = facts.filter(({ name }) => whole?.facts[name]);
  return (
    <Modal open width={640} title={t('tryTitle', { name: provider.name })} footer={null} onCancel={onClose}>
      <Input.Search autoFocus enterButton={t('try')} placeholder={t('tryPlaceholder')} aria-label={t('tryPlaceholder')} loading={asking} onSearch={(text) => void ask(text)} />
      {tried?.notes.map((note) => <Alert key={note.code} type="warning" showIcon className="registry-load" message={note.detail} />)}
      {tried && tried.companies.length === 0 && tried.notes.length === 0 ? <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('tryNothing')} /> : null}
      {tried && tried.companies.length > 0 ? <ul className="registry-found">{tried.companies.map((one) => <li key={one.ref}>{one.name} <span>{one.facts.credit_code}</span></li>)}</ul> : null}
      {whole ? (
        <Descriptions size="small" column={1} title={t('tryWhole')} items={known.map((fact) => ({ key: fact.name, label: label(fact.label), children: whole.facts[fact.name] }))} />
      ) : null}
    </Modal>
  );
}
