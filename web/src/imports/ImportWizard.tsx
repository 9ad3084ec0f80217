import { useEffect } from 'react';
import { useParams } from 'react-router';
import { useModel } from '@/api/metadata';
import { useTexts } from '@/i18n';
import { EmptyState } from '@/ui/states';
import { ImportPage } from './ImportPage';
import './imports.css';
import { StartPage } from './StartPage';
import { importTexts } from './texts';

/** Brings the rows of a file in as records: a file is chosen, its columns mapped, everything tried, then imported. */
export default function ImportWizard() {
  const t = useTexts(importTexts);
  const model = useModel();
  const { id } = useParams();
  const title = t('title');
  useEffect(() => {
    document.title = `${title} · Dougong`;
  }, [title]);
  const objects = model.objects.filter((object) => object.can('import') && !object.configuration);
  return (
    <div className="import-page">
      {id ? <ImportPage key={id} id={id} /> : objects.length === 0 ? <EmptyState title={t('noRight')} hint={t('noRightHint')} /> : <StartPage objects={objects} />}
    </div>
  );
}
