import { CopyOutlined } from '@ant-design/icons';
import { Button, Input, Space } from 'antd';
import { invitationLink } from '@/api/people';
import { useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import './people.css';
import { peopleTexts } from './texts';

/** The link of an invitation, to be copied and sent by hand. */
export function LinkBox({ token, name }: { token: string; name: string }) {
  const t = useTexts(peopleTexts);
  const { done, failed } = useFeedback();
  const link = invitationLink(token);
  return (
    <div className="people-link">
      <p className="people-note">{t('linkHint', { name })}</p>
      <Space.Compact block>
        <Input readOnly value={link} aria-label={t('link')} onFocus={(event) => { event.target.select(); }} />
        <Button type="primary" icon={<CopyOutlined />} onClick={() => void navigator.clipboard.writeText(link).then(() => { done(t('copied')); }, failed)}>{t('copy')}</Button>
      </Space.Compact>
    </div>
  );
}
