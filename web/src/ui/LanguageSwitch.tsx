import { GlobalOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useSettings, useTexts } from '@/i18n';
import { uiTexts } from './texts';

/** Shows the *other* language in its own words. */
export function LanguageSwitch() {
  const { language, changeLanguage } = useSettings();
  const t = useTexts(uiTexts);
  return (
    <Button type="text" icon={<GlobalOutlined />} title={t('switchLanguage')} onClick={() => { changeLanguage(language === 'zh' ? 'en' : 'zh'); }}>
      {language === 'zh' ? 'English' : '中文'}
    </Button>
  );
}
