import type { ObjectModel } from '@/api/metadata';
import { useTexts } from '@/i18n';
import { EarlierImports } from './EarlierImports';
import { ImportHead } from './ImportHead';
import { importTexts } from './texts';
import { UploadForm } from './UploadForm';

/** The first step, and the imports of before. */
export function StartPage({ objects }: { objects: ObjectModel[] }) {
  const t = useTexts(importTexts);
  return (
    <>
      <ImportHead title={t('title')} step={0} />
      <UploadForm objects={objects} />
      <EarlierImports />
    </>
  );
}
