import { Segmented } from 'antd';
import dayjs from 'dayjs';
import { useEffect, useState } from 'react';
import { useModel } from '@/api/metadata';
import { useUser } from '@/api/user';
import { common, useFormat, useSettings, useTexts } from '@/i18n';
import { ClosingSoon } from './ClosingSoon';
import { Figures } from './Figures';
import { FunnelPanel } from './FunnelPanel';
import './home.css';
import { PinnedRecords } from './PinnedRecords';
import { salesOf } from './queries';
import { RecentRecords } from './RecentRecords';
import { Tasks } from './Tasks';
import { TodayVisits } from './TodayVisits';
import { homeTexts } from './texts';

const SCOPE = 'dougong.home.scope';

function Greeting() {
  const t = useTexts(homeTexts);
  const user = useUser();
  const format = useFormat();
  const { timezone, language } = useSettings();
  const now = dayjs().tz(timezone);
  const hour = now.hour();
  const words = hour < 5 ? 'night' : hour < 11 ? 'morning' : hour < 13 ? 'noon' : hour < 18 ? 'afternoon' : 'evening';
  const name = language === 'en' && !/[一-鿿]/.test(user.name) ? (user.name.split(' ')[0] ?? user.name) : user.name;
  const date = format.date(format.today());
  const day = language === 'zh' ? `${date} ${now.locale('zh-cn').format('dddd')}` : `${now.locale('en').format('dddd')}, ${date}`;
  return (
    <div>
      <h1>{t(words, { name })}</h1>
      <p>{[day, user.department_name].filter(Boolean).join(' · ')}</p>
    </div>
  );
}

export default function HomePage() {
  const t = useTexts(homeTexts);
  const c = useTexts(common);
  const model = useModel();
  const sales = salesOf(model.object('opportunity'));
  const activity = model.object('activity');
  const [mine, setMine] = useState(() => localStorage.getItem(SCOPE) === 'mine');
  const title = c('home');
  useEffect(() => {
    document.title = `${title} · Dougong`;
  }, [title]);
  return (
    <div className="home">
      <header className="home-head">
        <Greeting />
        {sales ? (
          <Segmented<'mine' | 'all'>
            aria-label={t('scope')}
            value={mine ? 'mine' : 'all'}
            options={[{ value: 'mine', label: t('mine') }, { value: 'all', label: t('everybody') }]}
            onChange={(scope) => {
              localStorage.setItem(SCOPE, scope);
              setMine(scope === 'mine');
            }}
          />
        ) : null}
      </header>
      <Figures sales={sales} activity={activity} mine={mine} />
      <div className="home-grid">
        {sales ? <FunnelPanel sales={sales} mine={mine} /> : null}
        {activity ? <Tasks activity={activity} /> : null}
        {activity ? <TodayVisits activity={activity} /> : null}
        {sales ? <ClosingSoon sales={sales} mine={mine} /> : null}
        <PinnedRecords />
        <RecentRecords />
      </div>
    </div>
  );
}
