import { Button } from 'antd';
import { Link } from 'react-router';
import { useTexts } from '@/i18n';
import { RolesTab } from './RolesTab';
import { dimensionTexts } from './texts';

/** The built-in dimension: kept elsewhere, but how far roles reach in it stands here too. */
export function DepartmentsCard() {
  const t = useTexts(dimensionTexts);
  return (
    <section className="dims-card">
      <div className="dims-card-head">
        <h2>{t('departments')}</h2>
        <Link to="/o/department"><Button>{t('toDepartments')}</Button></Link>
      </div>
      <p className="dims-hint">{t('departmentsHint')}</p>
      <RolesTab dimension={null} />
    </section>
  );
}
