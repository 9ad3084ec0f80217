import { Button, Result } from 'antd';
import { useEffect } from 'react';
import { Link, useParams } from 'react-router';
import { useListViews, type ListView } from '@/api/listViews';
import { useModel, type ObjectModel } from '@/api/metadata';
import { common, useLabel, useTexts } from '@/i18n';
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
  const views = useListViews(object.name);
  const title = label(object.plural);
  useEffect(() => {
    document.title = `${title} · Dougong`;
  }, [title]);
  if (views.isPending) return <PageSkeleton />;
  // Without its views (an error, or no right to them) the list still works.
  return <ListScreen object={object} views={views.data ?? NO_VIEWS} />;
}
