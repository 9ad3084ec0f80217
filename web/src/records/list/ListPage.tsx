import { Button, Result } from 'antd';
import { useEffect } from 'react';
import { Link, useParams } from 'react-router';
import { useHabits } from '@/api/habits';
import { useListViews, type ListView } from '@/api/listViews';
import { isSetting, useModel, type ObjectModel } from '@/api/metadata';
import { useUser } from '@/api/user';
import { common, useLabel, useTexts } from '@/i18n';
import { SettingsTrail } from '@/settings';
import { PageSkeleton } from '@/ui/states';
import { ListScreen } from './ListScreen';
import './list.css';
import { listTexts } from './texts';

const NO_VIEWS: ListView[] = [];

/** /o/:object: the records of one object, as list or kanban, by the view and what the address changes of it. */
export default function ListPage() {
  const { object: name = '' } = useParams();
  const model = useModel();
  const t = useTexts(listTexts);
  const c = useTexts(common);
  const object = model.object(name);
  if (!object) return <Result status="404" title={t('unknownObject')} extra={<Link to="/"><Button type="primary">{c('goHome')}</Button></Link>} />;
  return <Loaded key={name} object={object} />;
}

function Loaded({ object }: { object: ObjectModel }) {
  const label = useLabel();
  const user = useUser();
  const views = useListViews(object.name);
  const title = label(object.plural);
  useEffect(() => {
    document.title = `${title} · Dougong`;
  }, [title]);
  // What was kept decides how the list opens; where it cannot be had the list opens as it comes.
  const habits = useHabits();
  if (views.isPending || habits.isPending) return <PageSkeleton />;
  // Without its views (an error, or no right to them) the list still works.
  const screen = <ListScreen object={object} views={views.data ?? NO_VIEWS} />;
  if (!isSetting(object) || (!user.administers && !object.can('update'))) return screen;
  return <div className="list-setting"><SettingsTrail />{screen}</div>;
}
