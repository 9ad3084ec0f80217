import type { ReactNode } from 'react';
import { useSettings, useTexts } from '@/i18n';
import { LanguageSwitch } from '@/ui/LanguageSwitch';
import { Logo } from '@/ui/Logo';
import { BracketSet } from './BracketSet';
import './sign-in.css';
import { sessionTexts } from './texts';

/** What stands before the house: the picture, the name, and whatever one has to answer to come in. */
export function Door({ title, foot, children }: { title: string; foot?: ReactNode; children: ReactNode }) {
  const t = useTexts(sessionTexts);
  const { language } = useSettings();
  return (
    <div className="sign-in">
      <aside className="sign-in-hall" aria-hidden="true">
        <BracketSet />
        <p>{t('tagline')}</p>
      </aside>
      <main className="sign-in-door">
        <div className="sign-in-language"><LanguageSwitch /></div>
        <div className="sign-in-box">
          <div className="sign-in-name">
            <Logo size={40} />
            <span>{language === 'zh' ? '斗拱 Dougong' : 'Dougong 斗拱'}</span>
          </div>
          <h1 className="visually-hidden">{title}</h1>
          {children}
        </div>
        {foot ? <div className="sign-in-foot">{foot}</div> : null}
      </main>
    </div>
  );
}
