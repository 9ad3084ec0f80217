import { Button, Result } from 'antd';
import { Link } from 'react-router';
import { common, useTexts } from '@/i18n';

/** Where an address leads nowhere, or to what this person has no part in. */
export function NotFound() {
  const t = useTexts(common);
  return (
    <Result status="404" title={t('notFound')} subTitle={t('notFoundHint')} extra={<Link to="/"><Button type="primary">{t('goHome')}</Button></Link>} />
  );
}
