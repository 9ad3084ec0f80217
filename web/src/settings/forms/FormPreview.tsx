import { Segmented } from 'antd';
import { useEffect, useRef, useState } from 'react';
import type { ObjectModel } from '@/api/metadata';
import { translator, useSettings, useTexts } from '@/i18n';
import { previewOf, type FormState } from './form';
import { webFormTexts } from './texts';

/** The page of the form as visitors see it, drawn by its own script from what the editor holds. */
export function FormPreview({ lead, state }: { lead: ObjectModel; state: FormState }) {
  const t = useTexts(webFormTexts);
  const { language } = useSettings();
  const [shown, setShown] = useState<'zh' | 'en'>(state.language === 'en' ? 'en' : state.language === 'zh' ? 'zh' : language);
  const [ready, setReady] = useState(false);
  const frame = useRef<HTMLIFrameElement>(null);
  const drawn = JSON.stringify(previewOf(state, lead.fields, shown, translator(webFormTexts, shown)('thanksDefault')));
  useEffect(() => {
    const listen = (event: MessageEvent) => {
      if (event.source === frame.current?.contentWindow && event.data === 'form-preview-ready') setReady(true);
    };
    window.addEventListener('message', listen);
    return () => { window.removeEventListener('message', listen); };
  }, []);
  useEffect(() => {
    if (ready) frame.current?.contentWindow?.postMessage(JSON.parse(drawn), window.location.origin);
  }, [ready, drawn]);
  return (
    <section className="print-preview" aria-label={t('preview')}>
      <header>
        <strong>{t('preview')}</strong>
        <Segmented size="small" aria-label={t('language')} value={shown} options={[{ value: 'zh', label: t('zh') }, { value: 'en', label: t('en') }]} onChange={setShown} />
      </header>
      <iframe ref={frame} className="web-form-preview" src="/forms/preview" title={t('preview')} />
    </section>
  );
}
