import { QueryClientProvider } from '@tanstack/react-query';
import { App, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import dayjs from 'dayjs';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { setRequestLanguage, setSignedOutHandler } from '@/api/client';
import { keys } from '@/api/keys';
import { useSession } from '@/api/session';
import { SettingsContext, rememberLanguage, rememberedLanguage, type Language } from '@/i18n';
import { makeQueryClient } from './queryClient';
import { useCalm } from '@/ui/useViewport';
import { calm, theme } from './theme';
import { useWaitingMark } from './useWaitingMark';

const client = makeQueryClient();

/** A session that ended on the server shows the sign-in at once, over the same address. */
setSignedOutHandler(() => {
  client.setQueryData(keys.session, null);
});

function LanguageProvider({ children }: { children: ReactNode }) {
  const session = useSession();
  const quiet = useCalm();
  useWaitingMark();
  const user = session.data?.user;
  const [chosen, setChosen] = useState<{ language: Language; of: string | undefined }>();
  // What was chosen on the sign-in page holds until somebody with a language of their own signs in.
  const language = chosen && chosen.of === user?.id ? chosen.language : (user?.language ?? chosen?.language ?? rememberedLanguage());
  setRequestLanguage(language);
  dayjs.locale(language === 'zh' ? 'zh-cn' : 'en');

  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);

  const settings = useMemo(
    () => ({
      language,
      timezone: user?.timezone ?? 'Asia/Shanghai',
      changeLanguage: (next: Language) => {
        rememberLanguage(next);
        setChosen({ language: next, of: user?.id });
      },
    }),
    [language, user?.timezone, user?.id],
  );
  return (
    <SettingsContext value={settings}>
      <ConfigProvider locale={language === 'zh' ? zhCN : enUS} theme={quiet ? calm : theme} button={{ autoInsertSpace: false }} input={{ autoComplete: 'off' }}>
        <App message={{ maxCount: 3 }}>{children}</App>
      </ConfigProvider>
    </SettingsContext>
  );
}

export function AppProviders({ children }: { children: ReactNode }) {
  return (
    <QueryClientProvider client={client}>
      <LanguageProvider>{children}</LanguageProvider>
    </QueryClientProvider>
  );
}
