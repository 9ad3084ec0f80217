import { Button, Result } from 'antd';
import { Link, useParams } from 'react-router';
import { useDimensions, useRoles } from '@/api/dimensions';
import { useUser } from '@/api/user';
import { useSettings, useTexts } from '@/i18n';
import { ErrorState, PageSkeleton } from '@/ui/states';
import { ScopeTable } from './ScopeTable';
import { dimensionTexts } from './texts';
import './dimensions.css';

/** How far one role reaches, dimension by dimension, and whom its holders find. */
export default function RoleScopesPage() {
  const t = useTexts(dimensionTexts);
  const { id = '' } = useParams();
  const user = useUser();
  if (!user.administers) return <Result status="403" title={t('title')} subTitle={t('only')} />;
  return <RoleScopes id={id} />;
}

function RoleScopes({ id }: { id: string }) {
  const t = useTexts(dimensionTexts);
  const { language } = useSettings();
  const roles = useRoles();
  const dimensions = useDimensions();
  const error = roles.error ?? dimensions.error;
  if (error) return <ErrorState error={error} onRetry={() => { void roles.refetch(); void dimensions.refetch(); }} />;
  if (!roles.data || !dimensions.data) return <PageSkeleton />;
  const role = roles.data.find((one) => one.id === id);
  if (!role) return <Result status="404" title={t('role')} extra={<Link to="/o/role">{t('role')}</Link>} />;
  const named = (thing: { name: string; name_en: string | null }) => (language === 'en' && thing.name_en) || thing.name;
  return (
    <div className="dims-page">
      <header className="dims-head">
        <div>
          <h1>{t('roleTitle', { role: named(role) })}</h1>
          <p>{t('contactHint')}</p>
        </div>
        <Link to={`/o/role/${role.id}`}><Button>{t('roleBack')}</Button></Link>
      </header>
      <section className="dims-card">
        <ScopeTable
          title={t('dimension')}
          contacts
          rows={[
            { key: 'departments', label: t('departments'), name: t('departments'), role, dimension: null },
            ...dimensions.data.filter((one) => one.active).map((dimension) => ({ key: dimension.id, label: named(dimension), name: named(dimension), role, dimension })),
          ]}
        />
      </section>
    </div>
  );
}
