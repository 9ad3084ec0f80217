import { Modal, Tabs } from 'antd';
import { useTexts } from '@/i18n';
import { useIsPhone } from '@/ui/useViewport';
import { PasswordPanel } from './PasswordPanel';
import { SecondFactorPanel } from './SecondFactorPanel';
import { SessionsPanel } from './SessionsPanel';
import { TokensPanel } from './TokensPanel';
import { securityTexts } from './texts';
import './security.css';

/** Everything that proves the signed-in person, and where they are signed in. */
export function SecurityDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts(securityTexts);
  const phone = useIsPhone();
  const items = [
    { key: 'password', label: t('password'), children: <PasswordPanel /> },
    { key: 'factor', label: t('factor'), children: <SecondFactorPanel /> },
    { key: 'sessions', label: t('sessions'), children: <SessionsPanel /> },
    { key: 'tokens', label: t('tokens'), children: <TokensPanel /> },
  ];
  // A click beside it must not lose recovery codes or a token, which are shown once.
  return (
    <Modal open title={t('title')} footer={null} onCancel={onClose} width={640} mask={{ closable: false }} destroyOnHidden>
      <Tabs items={items} tabBarGutter={phone ? 16 : 32} className="security" />
    </Modal>
  );
}
