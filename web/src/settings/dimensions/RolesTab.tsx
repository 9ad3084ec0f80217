import { useTexts, useSettings } from '@/i18n';
import { Skeleton } from 'antd';
import { Link } from 'react-router';
import { useRoles, type Dimension, type Role } from '@/api/dimensions';
import { ErrorState } from '@/ui/states';
import { ScopeTable } from './ScopeTable';
import { dimensionTexts } from './texts';

/** How far each role reaches in one dimension; null: departments. */
export function RolesTab({ dimension }: { dimension: Dimension | null }) {
  const t = useTexts(dimensionTexts);
  const { language } = useSettings();
  const roles = useRoles();
  if (roles.isPending) return <Skeleton active />;
  if (roles.error) return <ErrorState error={roles.error} onRetry={() => void roles.refetch()} />;
  const name = (role: Role) => (language === 'en' && role.name_en) || role.name;
  return (
    <>
      {dimension ? <p className="dims-hint">{t('rolesHint')}</p> : null}
      <ScopeTable
        title={t('role')}
        contacts={dimension === null}
        rows={roles.data.map((role) => ({ key: role.id, label: <Link to={`/settings/roles/${role.id}`}>{name(role)}</Link>, name: name(role), role, dimension }))}
      />
    </>
  );
}
