import { Result, Tabs, Tag } from 'antd';
import { Suspense, useEffect } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { useObjectDefinition, useObjectDefinitions } from '@/api/definitions';
import { isApiError } from '@/api/errors';
import { common, useLabel, useTexts } from '@/i18n';
import { ObjectIcon } from '@/ui/objectIcon';
import { ErrorState, PageSkeleton } from '@/ui/states';
import { OBJECT_TABS } from './tabs';
import { objectsTexts } from './texts';

const FIRST = 'overview';

/** /settings/objects/NAME: one object, a tab for each thing that can be set of it. */
export function ObjectPage() {
  const t = useTexts(objectsTexts);
  const c = useTexts(common);
  const label = useLabel();
  const navigate = useNavigate();
  const { name = '', tab = FIRST } = useParams();
  const definition = useObjectDefinition(name);
  const listed = useObjectDefinitions().data?.objects.find((one) => one.name === name);
  const title = definition.data ? label(definition.data.body.label) : '';
  useEffect(() => {
    if (title) document.title = `${title} · Dougong`;
  }, [title]);
  if (definition.isError) {
    return isApiError(definition.error) && definition.error.status === 404
      ? <Result status="404" title={c('notFound')} extra={<Link to="/settings/objects">{t('back')}</Link>} />
      : <ErrorState error={definition.error} onRetry={() => void definition.refetch()} />;
  }
  if (definition.isPending) return <PageSkeleton />;
  const { body } = definition.data;
  return (
    <div className="objects">
      <header className="objects-head">
        <h1 className="objects-title">
          <span className="objects-icon" aria-hidden="true"><ObjectIcon icon={body.icon} /></span>
          {title}
          {listed ? <Tag>{listed.package === null ? t('custom') : t('standard')}</Tag> : null}
          {body.active === false ? <Tag color="orange">{t('off')}</Tag> : null}
        </h1>
      </header>
      <Tabs
        activeKey={OBJECT_TABS.some(({ key }) => key === tab) ? tab : FIRST}
        onChange={(key) => void navigate(`/settings/objects/${name}/${key}`)}
        destroyOnHidden
        items={OBJECT_TABS.map(({ key, title: tabTitle, Tab }) => ({
          key,
          label: label(tabTitle),
          children: <Suspense fallback={<PageSkeleton />}><Tab object={name} /></Suspense>,
        }))}
      />
    </div>
  );
}
