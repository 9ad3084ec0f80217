import { CopyOutlined, DownloadOutlined } from '@ant-design/icons';
import { Alert, Button, Space } from 'antd';
import { useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { securityTexts } from './texts';

export function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const t = useTexts(securityTexts);
  const { done, failed } = useFeedback();
  const text = `${codes.join('\n')}\n`;
  const copy = () => {
    navigator.clipboard.writeText(text).then(() => { done(t('codesCopied')); }, failed);
  };
  const file = `data:text/plain;charset=utf-8,${encodeURIComponent(text)}`;
  return (
    <>
      <Alert type="success" showIcon title={t('codesOnce')} description={t('codesHint')} />
      <ol className="security-codes">{codes.map((code) => <li key={code}>{code}</li>)}</ol>
      <Space wrap>
        <Button type="primary" onClick={onDone}>{t('codesKept')}</Button>
        {/* Browsers give a page the clipboard over https only. */}
        {window.isSecureContext ? <Button icon={<CopyOutlined />} onClick={copy}>{t('codesCopy')}</Button> : null}
        <Button icon={<DownloadOutlined />} href={file} download={t('codesFileName')}>{t('codesFile')}</Button>
      </Space>
    </>
  );
}
